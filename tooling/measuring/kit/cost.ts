import type { Contestant } from './contestants.ts';
import { cpuMicroseconds, machineMicroseconds, ownMicroseconds } from './proc.ts';

/** What some work took of the CPU, in microseconds. */
export interface Cost {
  readonly server: number;
  readonly postgres: number;
  /** Cores that neither of them nor this program and its load generator used: the work of others on this machine. */
  readonly othersCores: number;
}

/** Runs work against a contestant, and returns what it cost; undefined where there is no /proc. */
export async function costOf<Result>(
  contestant: Contestant,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly cost: Cost | undefined }> {
  const startedAt = performance.now();
  const before = await countersOf(contestant);
  const result = await work();
  const after = await countersOf(contestant);
  if (before === undefined || after === undefined) return { result, cost: undefined };
  const used = (of: keyof Counters) => after[of] - before[of];
  const others = used('machine') - used('server') - used('postgres') - used('own');
  const othersCores = Math.max(0, others) / (1000 * (performance.now() - startedAt));
  return { result, cost: { server: used('server'), postgres: used('postgres'), othersCores } };
}

interface Counters {
  readonly machine: number;
  readonly server: number;
  readonly postgres: number;
  readonly own: number;
}

async function countersOf({ pid, pool }: Contestant): Promise<Counters | undefined> {
  const machine = machineMicroseconds();
  const server = cpuMicroseconds(pid);
  if (machine === undefined || server === undefined) return undefined;
  return { machine, server, postgres: await postgresMicroseconds(pool), own: ownMicroseconds() };
}

/** CPU time of all processes of the PostgreSQL behind a pool, but for the one that answers this question. */
async function postgresMicroseconds(pool: Contestant['pool']): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pid from pg_stat_activity where pid <> pg_backend_pid()');
  return rows.reduce((sum, { pid }) => sum + (cpuMicroseconds(pid) ?? 0), 0);
}
