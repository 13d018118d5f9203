import { INDEXES } from '../../../../packages/adapters/dist/postgres/migrations/indexes.js';
import { KINDS } from '../../kit/kinds.ts';
import { seedStatement } from '../../kit/population.ts';
import { cpuMicroseconds } from '../../kit/proc.ts';
import { inTurns } from '../../kit/rounds.ts';
import { ratioOf, spreadOf } from '../../kit/statistics.ts';
import { figure } from '../../kit/text.ts';
import type { Subject } from './subject.ts';

const MOST_ROWS = 20_000;
/** Beyond the owners of the population. */
const FIRST = 1_000_000_000_000;

/** Measures what each index costs an insert: in transactions that are rolled back, with and without it. */
export async function measureIndexPrices({ service, options, note, ...subject }: Subject): Promise<void> {
  const rows = Math.min(MOST_ROWS, subject.rows);
  const client = await service.pool.connect();
  try {
    const { rows: backend } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const cpu = (): number => cpuMicroseconds(backend[0]?.pid ?? 0) ?? Number.NaN;
    for (const { name, table } of INDEXES) {
      const kind = Object.values(KINDS).find((one) => one.table === table);
      if (kind === undefined) continue;
      const insert = async (change: string): Promise<number> => {
        await client.query(`begin; set local session_replication_role = replica; ${change}`);
        const before = cpu();
        await client.query(seedStatement(kind), [FIRST, FIRST + rows - 1, 10]);
        const after = cpu();
        await client.query('rollback');
        return (after - before) / rows;
      };
      const { indexed, plain } = await inTurns(options.rounds, {
        indexed: () => insert(''),
        plain: () => insert(`drop index ${name}`),
      });
      const { median, min, max } = spreadOf(indexed.map((value, round) => value - (plain[round] ?? Number.NaN)));
      note(
        `the index ${name}, a row inserted into ${table}`,
        `${figure(median)} us of PostgreSQL's CPU (${figure(min)}..${figure(max)}), x ${figure(ratioOf(indexed, plain).median)}`,
      );
    }
  } finally {
    client.release();
  }
}
