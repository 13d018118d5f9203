import { dateFromDays, daysFromDate, isCalendarDate } from './calendar.js';
import { digit, HYPHEN, readDigits } from './date-time-text.js';
import { Fault } from './fault.js';

const FORMAT = new Fault('day_format', 'must be a day as YYYY-MM-DD, for example 2022-03-04');
const IMPOSSIBLE = new Fault('day_impossible', 'must be a day that exists, in the years 0001 to 9999');

/**
 * Reads a day in UTC, `2022-03-04` (RFC 3339, full-date).
 *
 * @returns days from 1970-01-01, negative before it, or the fault `day_format` or `day_impossible`
 */
export function parseDay(raw: unknown): number | Fault {
  if (typeof raw !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(raw)) return FORMAT;
  const year = readDigits(raw, 0, 4);
  const month = readDigits(raw, 5, 7);
  const day = readDigits(raw, 8, 10);
  return year >= 1 && isCalendarDate(year, month, day) ? daysFromDate(year, month, day) : IMPOSSIBLE;
}

/** Writes a day, given in days from 1970-01-01, as `2022-03-04`. */
export function formatDay(days: number): string {
  const { year, month, day } = dateFromDays(days);
  // biome-ignore format: one digit after the other
  return String.fromCharCode(
    digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), HYPHEN,
    digit(month / 10), digit(month), HYPHEN, digit(day / 10), digit(day),
  );
}
