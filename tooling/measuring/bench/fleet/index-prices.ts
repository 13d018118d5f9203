import { INDEXES } from '../../../../packages/adapters/dist/postgres/migrations/indexes.js';
import { KINDS } from '../../kit/kinds.ts';
import { seedStatement } from '../../kit/population.ts';
import { cpuMicroseconds } from '../../kit/proc.ts';
import { ratioOf, spreadOf } from '../../kit/statistics.ts';
import { figure } from '../../kit/text.ts';
import type { Subject } from './subject.ts';

const MOST_ROWS = 20_000;
/** Owners that the population does not have. */
const FIRST = 1_000_000_000_000;

/** What each index of the records costs an insert, by pairs: in transactions that are rolled back, with and without it. */
export async function measureIndexPrices(subject: Subject): Promise<void> {
  const { pool, options, note } = subject;
  const rows = Math.min(MOST_ROWS, subject.rows);
  const client = await pool.connect();
  try {
    const { rows: backend } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = backend[0]?.pid ?? 0;
    for (const { name, table } of INDEXES) {
      const kind = Object.values(KINDS).find((one) => one.table === table);
      if (kind === undefined) continue;
      const insert = async (dropsIt: boolean): Promise<number> => {
        await client.query('begin');
        await client.query(`set local session_replication_role = replica`);
        if (dropsIt) await client.query(`drop index ${name}`);
        const before = cpuMicroseconds(pid) ?? Number.NaN;
        await client.query(seedStatement(kind), [FIRST, FIRST + rows - 1, 10]);
        const after = cpuMicroseconds(pid) ?? Number.NaN;
        await client.query('rollback');
        return (after - before) / rows;
      };
      const [with_, without]: [number[], number[]] = [[], []];
      await insert(false);
      for (let round = 0; round < options.rounds; round += 1) {
        with_.push(await insert(false));
        without.push(await insert(true));
      }
      const price = spreadOf(with_.map((value, round) => value - (without[round] ?? Number.NaN)));
      note(
        `the index ${name}, a row inserted into ${table}`,
        `${figure(price.median)} us of PostgreSQL's CPU (${figure(price.min)}..${figure(price.max)}), x ${figure(ratioOf(with_, without).median)}`,
      );
    }
  } finally {
    client.release();
  }
}
