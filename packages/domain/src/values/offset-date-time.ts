import { isCalendarDate } from './calendar.js';
import { Fault } from './fault.js';
import { formatInstant, type Instant, instantFromUtc, isRepresentable } from './instant.js';
import { formatLocalSeconds, pad2, pad3 } from './local-time.js';

/** An instant together with the UTC offset it was written with, so that "half past nine in the morning" is kept. */
export interface OffsetDateTime {
  readonly instant: Instant;
  /** East of UTC is positive. Parsed ones are whole minutes; stored ones may hold any number of seconds. */
  readonly offsetSeconds: number;
}

const FORMAT = new Fault(
  'date_format',
  'must be an RFC 3339 date-time with a time zone, for example 2022-03-04T05:06:07.089+01:00',
);
const FORMAT_ZONE_OPTIONAL = new Fault(
  'date_format',
  'must be an RFC 3339 date-time, for example 2022-03-04T05:06:07.089+01:00 (without a time zone it means UTC)',
);
const IMPOSSIBLE = new Fault('date_impossible', 'must be a date and time that exist (RFC 3339, seconds 00 to 59)');
const RANGE = new Fault('date_range', 'must lie in the years 0001 to 9999 (UTC)');

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/;

/**
 * Reads an RFC 3339 date-time with a time zone. `T` and `Z` may be lower case, the offset may lack its colon
 * (`+0100`), the fraction may have 1 to 9 digits, of which those after the sixth are dropped.
 *
 * @returns the value, or the fault `date_format`, `date_impossible` or `date_range`
 */
export function parseOffsetDateTime(raw: unknown): OffsetDateTime | Fault {
  return parse(raw, FORMAT);
}

/**
 * The same, but a missing time zone means UTC, and only the instant is kept.
 *
 * @returns the value, or the fault `date_format`, `date_impossible` or `date_range`
 */
export function parseInstant(raw: unknown): Instant | Fault {
  const parsed = parse(raw, FORMAT_ZONE_OPTIONAL);
  return parsed instanceof Fault ? parsed : parsed.instant;
}

function parse(raw: unknown, wrongFormat: Fault): OffsetDateTime | Fault {
  const match = typeof raw === 'string' ? DATE_TIME.exec(raw) : null;
  if (match === null) return wrongFormat;
  const [, year, month, day, hour, minute, second, fraction, utc, sign, offsetHour, offsetMinute] = match;
  if (utc === undefined && sign === undefined && wrongFormat === FORMAT) return FORMAT;
  if (!isCalendarDate(Number(year), Number(month), Number(day))) return IMPOSSIBLE;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return IMPOSSIBLE;
  let offsetSeconds = 0;
  if (sign !== undefined) {
    if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return IMPOSSIBLE;
    offsetSeconds = Number(offsetHour) * 3600 + Number(offsetMinute) * 60;
    if (sign === '-' && offsetSeconds !== 0) offsetSeconds = -offsetSeconds;
  }
  const microsecond = fraction === undefined ? 0 : Number(fraction.slice(0, 6).padEnd(6, '0'));
  const local = instantFromUtc(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    microsecond,
  );
  const epochSeconds = local.epochSeconds - offsetSeconds;
  if (!isRepresentable(epochSeconds)) return RANGE;
  return { instant: { epochSeconds, microsecond }, offsetSeconds };
}

/**
 * RFC 3339 with milliseconds, truncated, in the offset it was written with: `2022-03-04T05:06:07.089+01:00`, and `Z`
 * for offset zero. An offset that is no whole minute is truncated to one, with the local time adjusted, so that the
 * instant is exact. Where the offset (a day or more) or the local year (outside 0001 to 9999) cannot be written, UTC.
 */
export function formatOffsetDateTime({ instant, offsetSeconds }: OffsetDateTime): string {
  const offsetMinutes = Math.trunc(offsetSeconds / 60);
  const localSeconds = instant.epochSeconds + offsetMinutes * 60;
  if (offsetMinutes === 0 || Math.abs(offsetMinutes) >= 1440 || !isRepresentable(localSeconds)) {
    return formatInstant(instant);
  }
  const minutes = Math.abs(offsetMinutes);
  const offset = `${offsetMinutes < 0 ? '-' : '+'}${pad2(Math.floor(minutes / 60))}:${pad2(minutes % 60)}`;
  return `${formatLocalSeconds(localSeconds)}.${pad3(Math.floor(instant.microsecond / 1000))}${offset}`;
}
