import { Worker } from 'node:worker_threads';
import type { DatabaseEnvironment } from '../kit/postgres.ts';
import type { Waits } from './waits.ts';

/** What the thread tells, in milliseconds, of each write. */
export interface WriteTold {
  readonly inserted: boolean;
  readonly waited: number;
  /** How late the timer was that started it: what a busy machine does to any program, whatever the database does. */
  readonly late: number;
}

/** The original, which goes on writing. */
export interface OriginalWriter {
  /** Rows acknowledged as stored. */
  readonly inserted: number;
  stop(): Promise<void>;
}

/** Starts it on a thread of its own, so that nothing else of the rehearsal holds its clock up. */
export function startOriginalWriter(database: DatabaseEnvironment, waits: Waits): OriginalWriter {
  const worker = new Worker(new URL('./original-writer-thread.ts', import.meta.url), { workerData: database });
  const writer = { inserted: 0 };
  let failure: unknown;
  worker.on('message', ({ inserted, waited, late }: WriteTold) => {
    if (inserted) writer.inserted += 1;
    waits.note('the original', waited);
    waits.note('a timer beside it', late);
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('error', (error) => {
      failure = error;
    });
    worker.once('exit', () => resolve());
  });
  return {
    get inserted() {
      return writer.inserted;
    },
    async stop() {
      worker.postMessage('stop');
      await ended;
      if (failure !== undefined) throw failure;
    },
  };
}
