import { daysFromDate, SECONDS_A_DAY } from './calendar.js';
import { digit, formatLocalSeconds, LETTER_Z, POINT } from './date-time-text.js';

/** A point in time to the microsecond, in the years 0001 to 9999 (UTC). */
export interface Instant {
  /** Whole seconds since 1970-01-01T00:00:00Z (POSIX time: no leap seconds); negative before it. */
  readonly epochSeconds: number;
  /** 0 to 999,999, counted forward from `epochSeconds`. */
  readonly microsecond: number;
}

/** 0001-01-01T00:00:00.000000Z, the earliest instant that can be written with a four-digit year. */
export const EARLIEST_INSTANT: Instant = { epochSeconds: daysFromDate(1, 1, 1) * SECONDS_A_DAY, microsecond: 0 };

/** 9999-12-31T23:59:59.999999Z, the latest instant that can be written with a four-digit year. */
export const LATEST_INSTANT: Instant = {
  epochSeconds: daysFromDate(10_000, 1, 1) * SECONDS_A_DAY - 1,
  microsecond: 999_999,
};

/** Orders instants, earliest first, as `Array.prototype.sort` expects. */
export function compareInstants(left: Instant, right: Instant): number {
  return left.epochSeconds - right.epochSeconds || left.microsecond - right.microsecond;
}

/** Whether a count of seconds since 1970-01-01T00:00:00Z lies in the years 0001 to 9999. */
export function isRepresentable(epochSeconds: number): boolean {
  return epochSeconds >= EARLIEST_INSTANT.epochSeconds && epochSeconds <= LATEST_INSTANT.epochSeconds;
}

/** The instant of a clock that counts milliseconds since 1970-01-01T00:00:00Z; fractions of a microsecond are dropped. */
export function instantFromEpochMilliseconds(milliseconds: number): Instant {
  const whole = Math.floor(milliseconds);
  const epochSeconds = Math.floor(whole / 1000);
  // The fraction of a tiny negative number rounds to a whole millisecond, which would be one too many.
  const microseconds = Math.min(Math.floor((milliseconds - whole) * 1000), 999);
  return { epochSeconds, microsecond: (whole - epochSeconds * 1000) * 1000 + microseconds };
}

/** The instant of a date and time of day in UTC. The fields must be in range: nothing is checked here. */
export function instantFromUtc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  microsecond: number,
): Instant {
  const epochSeconds = daysFromDate(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
  return { epochSeconds, microsecond };
}

/** Returns the first instant of a day (UTC), given in days from 1970-01-01. */
export function instantOfDay(days: number): Instant {
  return { epochSeconds: days * SECONDS_A_DAY, microsecond: 0 };
}

/** RFC 3339 in UTC with milliseconds, truncated: `2022-03-04T05:06:07.089Z`. */
export function formatInstant({ epochSeconds, microsecond: us }: Instant): string {
  return formatLocalSeconds(epochSeconds, POINT, digit(us / 100_000), digit(us / 10_000), digit(us / 1000), LETTER_Z);
}

/** RFC 3339 in UTC with all six digits, nothing lost: `2022-03-04T05:06:07.089123Z`. */
export function formatInstantExactly({ epochSeconds, microsecond: us }: Instant): string {
  // biome-ignore format: one digit after the other
  return formatLocalSeconds(
    epochSeconds, POINT,
    digit(us / 100_000), digit(us / 10_000), digit(us / 1000), digit(us / 100), digit(us / 10), digit(us),
    LETTER_Z,
  );
}
