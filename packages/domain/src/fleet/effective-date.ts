import { SECONDS_A_DAY } from '../values/calendar.js';
import { compareInstants, type Instant, instantFromUtc } from '../values/instant.js';

/** The apps did not exist before: a date of first use before it comes from a clock that was wrong. */
const EARLIEST_PLAUSIBLE = instantFromUtc(2015, 1, 1, 0, 0, 0, 0);

/** The two dates of an installation that say since when it counts. */
export interface InstallationDates {
  /** When the app was first used on the device, by the device's own clock. */
  readonly firstUsed: Instant;
  /** When the record was made, by the service's clock. */
  readonly created: Instant;
}

/**
 * Returns the instant from which an installation counts: its date of first use, or `created` where the device's clock was
 * evidently wrong (a date later than `created`, or before 2015-01-01T00:00:00Z).
 */
export function effectiveDate({ firstUsed, created }: InstallationDates): Instant {
  const isImplausible = compareInstants(firstUsed, created) > 0 || compareInstants(firstUsed, EARLIEST_PLAUSIBLE) < 0;
  return isImplausible ? created : firstUsed;
}

/** Whether the device's clock was so wrong that somebody should know: more than 24 hours ahead of `created`, or before 2015. */
export function isClockSuspect({ firstUsed, created }: InstallationDates): boolean {
  if (compareInstants(firstUsed, EARLIEST_PLAUSIBLE) < 0) return true;
  const aDayAfter = { ...created, epochSeconds: created.epochSeconds + SECONDS_A_DAY };
  return compareInstants(firstUsed, aDayAfter) > 0;
}
