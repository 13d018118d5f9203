import { leftovers } from '../../../../../packages/adapters/src/postgres/embedded/processes.js';

/** Signals every process of a PostgreSQL server, the postmaster first, because it would start others. */
export function signalServer(postmaster: number, data: string, signal: NodeJS.Signals): void {
  const others = leftovers(data).filter((pid) => pid !== postmaster);
  signalAll([postmaster, ...others], signal);
  // Those that it started while they were being listed.
  signalAll(leftovers(data), signal);
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
