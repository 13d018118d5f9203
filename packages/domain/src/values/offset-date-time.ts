import { isCalendarDate } from './calendar.js';
import { COLON, digit, formatLocalSeconds, HYPHEN, PLUS, POINT, readDigits } from './date-time-text.js';
import { Fault } from './fault.js';
import { formatInstant, type Instant, instantFromUtc, isRepresentable } from './instant.js';

/** An instant together with the UTC offset it was written with, so that "half past nine in the morning" is kept. */
export interface OffsetDateTime {
  readonly instant: Instant;
  /** East of UTC is positive. Parsed ones are whole minutes; stored ones may hold any number of seconds. */
  readonly offsetSeconds: number;
}

const WRONG_FORMAT = {
  'with a zone': new Fault(
    'date_format',
    'must be an RFC 3339 date-time with a time zone, for example 2022-03-04T05:06:07.089+01:00',
  ),
  'zone or UTC': new Fault(
    'date_format',
    'must be an RFC 3339 date-time, for example 2022-03-04T05:06:07.089+01:00 (without a time zone it means UTC)',
  ),
};
const IMPOSSIBLE = new Fault('date_impossible', 'must be a date and time that exist (RFC 3339, seconds 00 to 59)');
const RANGE = new Fault('date_range', 'must lie in the years 0001 to 9999 (UTC)');

/** The shape alone; the fields are then read by position (see date-time-text.ts). */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})?$/;
const SECONDS_AT = 16;
const FRACTION_AT = 20;

/**
 * Reads an RFC 3339 date-time with a time zone. `T` and `Z` may be lower case, the offset may lack its colon
 * (`+0100`), the fraction may have 1 to 9 digits, of which those after the sixth are dropped. Seconds may be missing and
 * then count as 0: Java's OffsetDateTime writes `09:30` for `09:30:00`.
 *
 * @returns the value, or the fault `date_format`, `date_impossible` or `date_range`
 */
export function parseOffsetDateTime(raw: unknown): OffsetDateTime | Fault {
  return parse(raw, 'with a zone');
}

/**
 * The same, but a missing time zone means UTC, and only the instant is kept.
 *
 * @returns the value, or the fault `date_format`, `date_impossible` or `date_range`
 */
export function parseInstant(raw: unknown): Instant | Fault {
  const parsed = parse(raw, 'zone or UTC');
  return parsed instanceof Fault ? parsed : parsed.instant;
}

function parse(raw: unknown, format: keyof typeof WRONG_FORMAT): OffsetDateTime | Fault {
  if (typeof raw !== 'string' || !DATE_TIME.test(raw)) return WRONG_FORMAT[format];
  const zoneAt = startOfZone(raw);
  if (zoneAt === raw.length && format === 'with a zone') return WRONG_FORMAT[format];
  const year = readDigits(raw, 0, 4);
  const month = readDigits(raw, 5, 7);
  const day = readDigits(raw, 8, 10);
  const hour = readDigits(raw, 11, 13);
  const minute = readDigits(raw, 14, 16);
  const second = raw.charAt(SECONDS_AT) === ':' ? readDigits(raw, SECONDS_AT + 1, SECONDS_AT + 3) : 0;
  const offsetSeconds = readOffset(raw, zoneAt);
  if (!isCalendarDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return IMPOSSIBLE;
  if (offsetSeconds === undefined) return IMPOSSIBLE;
  const microsecond = readMicrosecond(raw, zoneAt);
  const local = instantFromUtc(year, month, day, hour, minute, second, microsecond);
  const epochSeconds = local.epochSeconds - offsetSeconds;
  return isRepresentable(epochSeconds) ? { instant: { epochSeconds, microsecond }, offsetSeconds } : RANGE;
}

/** Where the time zone of a date-time begins: at `Z` or the sign; at the end when there is none. */
function startOfZone(text: string): number {
  const { length } = text;
  if (/[Zz]/.test(text.charAt(length - 1))) return length - 1;
  if (isSign(text.charAt(length - 6))) return length - 6;
  return isSign(text.charAt(length - 5)) ? length - 5 : length;
}

function isSign(character: string): boolean {
  return character === '+' || character === '-';
}

/** The offset in seconds, 0 without one; undefined when its hour or minute does not exist. */
function readOffset(text: string, zoneAt: number): number | undefined {
  if (!isSign(text.charAt(zoneAt))) return 0;
  const hour = readDigits(text, zoneAt + 1, zoneAt + 3);
  const minute = readDigits(text, text.length - 2, text.length);
  if (hour > 23 || minute > 59) return undefined;
  const seconds = hour * 3600 + minute * 60;
  return text.charAt(zoneAt) === '-' ? 0 - seconds : seconds;
}

/** The first six digits of the fraction that ends where the zone begins, filled up with zeros. */
function readMicrosecond(text: string, zoneAt: number): number {
  const end = Math.min(zoneAt, FRACTION_AT + 6);
  let microsecond = readDigits(text, FRACTION_AT, end);
  for (let place = Math.max(end, FRACTION_AT); place < FRACTION_AT + 6; place++) microsecond *= 10;
  return microsecond;
}

/**
 * RFC 3339 with milliseconds, truncated, in the offset it was written with: `2022-03-04T05:06:07.089+01:00`, and `Z`
 * for offset zero. An offset that is not a whole minute is truncated to one, with the local time adjusted, so that
 * the instant is exact. Where the offset (a day or more) or the local year (outside 0001 to 9999) cannot be written, UTC.
 */
export function formatOffsetDateTime({ instant, offsetSeconds }: OffsetDateTime): string {
  const offsetMinutes = Math.trunc(offsetSeconds / 60);
  const localSeconds = instant.epochSeconds + offsetMinutes * 60;
  if (offsetMinutes === 0 || Math.abs(offsetMinutes) >= 1440 || !isRepresentable(localSeconds)) {
    return formatInstant(instant);
  }
  const sign = offsetMinutes < 0 ? HYPHEN : PLUS;
  const hour = Math.floor(Math.abs(offsetMinutes) / 60);
  const minute = Math.abs(offsetMinutes) % 60;
  const us = instant.microsecond;
  // biome-ignore format: one digit after the other
  return formatLocalSeconds(
    localSeconds, POINT, digit(us / 100_000), digit(us / 10_000), digit(us / 1000),
    sign, digit(hour / 10), digit(hour), COLON, digit(minute / 10), digit(minute),
  );
}
