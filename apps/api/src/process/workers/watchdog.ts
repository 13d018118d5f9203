import type { Worker } from './worker.js';

/** How long a worker may take to say that it is alive, and the pause until it is asked again, in milliseconds. */
const PATIENCE = 5_000;
/** How often in a row it may fail to answer. */
const MOST_SILENT = 6;

/** Resolves with true once a worker has not answered for 30 s, or with false once it has ended. */
export async function untilHung(worker: Pick<Worker, 'ask' | 'hasEnded'>): Promise<boolean> {
  for (let silent = 0; silent < MOST_SILENT; ) {
    const asked = performance.now();
    const isAlive = await worker.ask('alive', PATIENCE);
    if (worker.hasEnded) return false;
    if (isAlive) {
      silent = 0;
      await new Promise((resolve) => setTimeout(resolve, PATIENCE).unref());
    } else if (performance.now() - asked < 2 * PATIENCE) {
      // Otherwise this process itself stood still, and the answer may be here, unread.
      silent++;
    }
  }
  return true;
}
