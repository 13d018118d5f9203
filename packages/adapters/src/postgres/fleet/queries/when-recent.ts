import { setTimeout as sleep } from 'node:timers/promises';
import { OutdatedError } from '@polaris-telemetry/domain';

/** How long a read waits for the fold, and how often it looks again; in milliseconds. */
const PATIENCE_MS = 3_000;
const PAUSE_MS = 200;

/**
 * Reads, and reads again for a while if the fleet's state is too old: the fold is tried again all the time.
 *
 * @param read throws OutdatedError if it is
 */
export async function whenRecent<Answer>(read: () => Promise<Answer>): Promise<Answer> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof OutdatedError) || performance.now() > until) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
