import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../container.js';
import type { Telemetry } from '../observability/telemetry.js';

/** Milliseconds from the signal to the end of the last connection; 10 s are promised, and the database needs some of them. */
export const LONGEST_STOP = 9_000;
/** Milliseconds for the database connections to end. */
const LONGEST_CLOSE = 500;
/** Milliseconds for sending the rest of the traces and metrics, if the stop has that much time left. */
const LONGEST_FLUSH = 2_000;

/**
 * Serves for a while longer, finishes what was received completely, and ends all connections.
 *
 * @param delay how long it goes on serving, in milliseconds
 * @param insisted aborted when the rest is to end at once
 */
export async function stopServing(
  { server, close }: Service,
  telemetry: Telemetry | undefined,
  delay: number,
  insisted: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + LONGEST_STOP;
  server.leave();
  await pause(delay, insisted);
  const drained = server.drain();
  await Promise.race([drained, pause(deadline - performance.now(), insisted)]);
  server.destroy();
  const longestFlush = Math.min(Math.max(deadline - performance.now(), LONGEST_CLOSE), LONGEST_FLUSH);
  await Promise.all([
    Promise.race([close(), pause(LONGEST_CLOSE, insisted)]),
    Promise.race([telemetry?.stop(), pause(longestFlush, insisted)]),
  ]);
}

/** Waits, unless the person insists on ending. */
async function pause(milliseconds: number, insisted: AbortSignal): Promise<void> {
  await sleep(Math.max(milliseconds, 0), undefined, { signal: insisted }).catch(() => {});
}
