import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { DatabaseEnvironment } from '../kit/postgres.ts';
import type { Waits } from './waits.ts';

/** What the thread reports of each write, in milliseconds. */
export interface WriteReport {
  readonly inserted: boolean;
  readonly waited: number;
  /** How late the write's own timer fired: the delay of a busy machine, whatever the database does. */
  readonly late: number;
}

/** The original, which keeps writing. */
export interface OriginalWriter {
  /** Rows acknowledged as stored. */
  readonly inserted: number;
  stop(): Promise<void>;
}

/** Starts it on its own thread, so that nothing else in the rehearsal delays its clock. */
export function startOriginalWriter(database: DatabaseEnvironment, waits: Waits): OriginalWriter {
  const worker = new Worker(new URL('./original-writer-thread.ts', import.meta.url), { workerData: database });
  // Rejects when the thread fails.
  const ended = once(worker, 'exit');
  ended.catch(() => {});
  const writer = {
    inserted: 0,
    async stop() {
      worker.postMessage('stop');
      await ended;
    },
  };
  worker.on('message', ({ inserted, waited, late }: WriteReport) => {
    if (inserted) writer.inserted += 1;
    waits.note('the original', waited);
    waits.note('a timer beside it', late);
  });
  return writer;
}
