import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessLog } from '@polaris-telemetry/domain';
import type { Log } from '../observability/logging/create-log.js';

/** How many accesses to remove at once, so that nothing waits long. */
const BATCH = 1_000;
const INTERVAL = 60 * 60 * 1_000;
/** Milliseconds between two batches. */
const PAUSE = 100;

/**
 * Removes accesses older than this many days, until the signal ends it.
 *
 * @param interval milliseconds between two checks
 */
export async function keepAccessLogShort(
  accessLog: Pick<AccessLog, 'removeOlderThan'>,
  days: number,
  { logger }: Pick<Log, 'logger'>,
  signal: AbortSignal,
  interval = INTERVAL,
): Promise<void> {
  while (!signal.aborted) {
    let removed = 0;
    try {
      for (let more = true; more && !signal.aborted; ) {
        const count = await accessLog.removeOlderThan(days, BATCH);
        removed += count;
        more = count === BATCH;
        if (more) await sleep(PAUSE, undefined, { signal }).catch(() => {});
      }
      if (removed > 0) logger.info(`access log: removed ${removed} entries older than ${days} days`);
    } catch (error) {
      logger.warn({ err: error }, 'old entries of the access log could not be removed: trying again later');
    }
    await sleep(interval, undefined, { signal }).catch(() => {});
  }
}
