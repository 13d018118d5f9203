import { SECONDS_A_DAY } from '../values/calendar.js';
import { compareInstants, type Instant, instantFromUtc } from '../values/instant.js';

/** The apps did not exist before this: an earlier date of first use comes from a wrong clock. */
export const EARLIEST_PLAUSIBLE = instantFromUtc(2015, 1, 1, 0, 0, 0, 0);

/** The two dates that decide from when an installation counts. */
export interface InstallationDates {
  /** When the app was first used on the device, by the device's own clock. */
  readonly firstUsed: Instant;
  /** When the record was made, by the service's clock. */
  readonly created: Instant;
}

/**
 * Returns the instant from which an installation counts: its date of first use, or `created` if the device's clock was
 * evidently wrong (a date later than `created`, or before 2015-01-01T00:00:00Z).
 */
export function effectiveDate({ firstUsed, created }: InstallationDates): Instant {
  const isImplausible = compareInstants(firstUsed, created) > 0 || compareInstants(firstUsed, EARLIEST_PLAUSIBLE) < 0;
  return isImplausible ? created : firstUsed;
}

/** Whether the device's clock was wrong enough to report: more than 24 hours ahead of `created`, or before 2015. */
export function isClockSuspect({ firstUsed, created }: InstallationDates): boolean {
  if (compareInstants(firstUsed, EARLIEST_PLAUSIBLE) < 0) return true;
  const aDayAfter = { ...created, epochSeconds: created.epochSeconds + SECONDS_A_DAY };
  return compareInstants(firstUsed, aDayAfter) > 0;
}
