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
  const server = after.server - before.server;
  const postgres = sum([...after.postgres].map(([pid, used]) => used - (before.postgres.get(pid) ?? 0)));
  const others = after.machine - before.machine - (after.own - before.own) - server - postgres;
  const othersCores = Math.max(0, others) / (1000 * (performance.now() - startedAt));
  return { result, cost: { server, postgres, othersCores } };
}

interface Counters {
  readonly machine: number;
  readonly server: number;
  /** Of each process of PostgreSQL, by its id: some begin and end meanwhile. */
  readonly postgres: ReadonlyMap<number, number>;
  readonly own: number;
}

async function countersOf({ pid, pool }: Contestant): Promise<Counters | undefined> {
  const machine = machineMicroseconds();
  const server = cpuMicroseconds(pid);
  if (machine === undefined || server === undefined) return undefined;
  return { machine, server, postgres: await postgresMicroseconds(pool), own: ownMicroseconds() };
}

async function postgresMicroseconds(pool: Contestant['pool']): Promise<Map<number, number>> {
  const { rows } = await pool.query<{ pid: number }>('select pid from pg_stat_activity');
  return new Map(rows.map(({ pid }) => [pid, cpuMicroseconds(pid) ?? 0]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
