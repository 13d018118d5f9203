import type pg from 'pg';
import { cpuMicroseconds, machineMicroseconds, ownMicroseconds } from './proc.ts';

/** What some work took of the CPU, in microseconds; NaN where there is no /proc. */
export type Cost<Part extends string> = Readonly<Record<Part | 'postgres', number>> & {
  /** Cores that no part, nor this program and its load generator used: the work of others on this machine. */
  readonly othersCores: number;
};

/**
 * Runs work, and returns what it cost each part and the processes of PostgreSQL.
 *
 * @param pool of the database that the work uses: what is done in others does not count
 * @param parts the processes of each
 */
export async function costOf<Result, Part extends string>(
  pool: pg.Pool,
  parts: Readonly<Record<Part, readonly number[]>>,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly cost: Cost<Part> }> {
  const pids = Object.entries<readonly number[]>(parts).flatMap(([part, pids]) => pids.map((pid) => ({ part, pid })));
  const readAll = async (): Promise<Reading> => {
    const postgres = (await postgresProcesses(pool)).map((pid) => ({ part: 'postgres', pid }));
    const processes = [...pids, ...postgres].map((one) => ({ ...one, used: cpuMicroseconds(one.pid) ?? Number.NaN }));
    return { at: performance.now(), machine: machineMicroseconds() ?? Number.NaN, own: ownMicroseconds(), processes };
  };
  const before = await readAll();
  const result = await work();
  const after = await readAll();
  const cost = Object.fromEntries([...Object.keys(parts), 'postgres'].map((part) => [part, 0]));
  for (const { part, pid, used } of after.processes) {
    // Some begin meanwhile.
    const earlier = before.processes.find((one) => one.pid === pid)?.used ?? 0;
    cost[part] = (cost[part] ?? 0) + used - earlier;
  }
  const known = Object.values(cost).reduce((sum, value) => sum + value, 0);
  const others = after.machine - before.machine - (after.own - before.own) - known;
  const othersCores = Math.max(0, others) / (1000 * (after.at - before.at));
  return { result, cost: { ...cost, othersCores } as Cost<Part> };
}

interface Reading {
  readonly at: number;
  readonly machine: number;
  readonly own: number;
  readonly processes: readonly { readonly part: string; readonly pid: number; readonly used: number }[];
}

/** Those of the server itself, and those of the database's connections. */
async function postgresProcesses(pool: pg.Pool): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity
      where coalesce(datname, current_database()) = current_database() and pid <> pg_backend_pid()`,
  );
  return rows.map(({ pid }) => pid);
}
