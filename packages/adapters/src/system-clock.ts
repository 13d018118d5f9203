import type { Clock } from '@polaris-telemetry/domain';

/**
 * The machine's clock. It counts milliseconds; the microseconds number the readings within one. So of two records
 * made in the same millisecond, the later one also has the later `created`, which decides ties.
 */
export function createSystemClock(milliseconds: () => number = Date.now): Clock {
  let last = Number.NaN;
  let reading = 0;
  return {
    now() {
      const now = milliseconds();
      reading = now === last ? Math.min(reading + 1, 999) : 0;
      last = now;
      return {
        epochSeconds: Math.floor(now / 1000),
        microsecond: (now - Math.floor(now / 1000) * 1000) * 1000 + reading,
      };
    },
  };
}
