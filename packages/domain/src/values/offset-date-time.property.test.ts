import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCharacter, anInstant, aText } from '../../test/arbitraries.js';
import { isFault } from './fault.js';
import { formatInstant, formatInstantExactly } from './instant.js';
import { formatOffsetDateTime, parseInstant, parseOffsetDateTime } from './offset-date-time.js';

const two = (value: number) => String(value).padStart(2, '0');
const wholeMinutes = fc.integer({ min: -1439, max: 1439 });

/** How a client may spell one and the same date-time. */
const spelling = fc.record({
  letterT: fc.constantFrom('T', 't'),
  letterZ: fc.constantFrom('Z', 'z', undefined),
  colon: fc.constantFrom(':', ''),
});

/** `Date` is the oracle: it knows the calendar, though no microseconds. */
function inYears1To9999(epochSeconds: number): boolean {
  const year = new Date(epochSeconds * 1000).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

describe('a date-time', () => {
  it('keeps its instant to the microsecond and its offset, however it is spelt', () => {
    fc.assert(
      fc.property(anInstant, wholeMinutes, spelling, (instant, minutes, { letterT, letterZ, colon }) => {
        const local = new Date((instant.epochSeconds + minutes * 60) * 1000);
        fc.pre(local.getUTCFullYear() >= 0 && local.getUTCFullYear() <= 9999);
        const size = Math.abs(minutes);
        const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${colon}${two(size % 60)}`;
        const [day, time] = local.toISOString().slice(0, 19).split('T');
        const zone = minutes === 0 ? (letterZ ?? offset) : offset;
        const raw = `${day}${letterT}${time}.${String(instant.microsecond).padStart(6, '0')}${zone}`;
        expect(parseOffsetDateTime(raw)).toEqual({ instant, offsetSeconds: minutes * 60 });
        expect(parseInstant(raw)).toEqual(instant);
      }),
      { numRuns: 2000 },
    );
  });

  it('is printed with its millisecond, its instant and its whole-minute offset wherever the local year is 1 to 9999', () => {
    fc.assert(
      fc.property(anInstant, wholeMinutes, (instant, minutes) => {
        const printed = formatOffsetDateTime({ instant, offsetSeconds: minutes * 60 });
        const again = parseOffsetDateTime(printed);
        const milliseconds = Math.floor(instant.microsecond / 1000) * 1000;
        const keeps = inYears1To9999(instant.epochSeconds + minutes * 60);
        expect(again).toEqual({
          instant: { ...instant, microsecond: milliseconds },
          offsetSeconds: keeps ? minutes * 60 : 0,
        });
        expect(Date.parse(printed)).toBe(instant.epochSeconds * 1000 + milliseconds / 1000);
        expect(printed).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/);
        expect(printed).not.toMatch(/[+-]00:00$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('of any stored offset is printed with its exact millisecond, the offset off by less than a minute', () => {
    fc.assert(
      fc.property(anInstant, fc.integer({ min: -86_399, max: 86_399 }), (instant, offsetSeconds) => {
        const printed = formatOffsetDateTime({ instant, offsetSeconds });
        expect(Date.parse(printed)).toBe(instant.epochSeconds * 1000 + Math.floor(instant.microsecond / 1000));
        const again = parseOffsetDateTime(printed);
        if (isFault(again)) throw new Error(again.rule);
        if (!inYears1To9999(instant.epochSeconds + Math.trunc(offsetSeconds / 60) * 60)) return;
        expect(Math.abs(offsetSeconds) - Math.abs(again.offsetSeconds)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(offsetSeconds - again.offsetSeconds)).toBeLessThan(60);
      }),
      { numRuns: 2000 },
    );
  });

  it('is read exactly if it exists and lies in the years 1 to 9999 (oracle: Date)', () => {
    const upTo = (max: number) => fc.integer({ min: 0, max });
    const fields = fc.tuple(upTo(9999), upTo(13), upTo(32), upTo(24), upTo(60), upTo(60), upTo(24), upTo(60));
    fc.assert(
      fc.property(fields, fc.constantFrom('+', '-'), ([year, month, day, hour, minute, second, zoneH, zoneM], sign) => {
        const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
        const zone = `${sign}${two(zoneH)}:${two(zoneM)}`;
        const raw = `${date}T${two(hour)}:${two(minute)}:${two(second)}${zone}`;
        const utc = new Date(0);
        utc.setUTCFullYear(year, month - 1, day);
        utc.setUTCHours(hour, minute, second);
        const exists = utc.toISOString().startsWith(raw.slice(0, 19)) && zoneH < 24 && zoneM < 60;
        const epochSeconds = utc.getTime() / 1000 - Number(`${sign}1`) * (zoneH * 60 + zoneM) * 60;
        const parsed = parseOffsetDateTime(raw);
        if (!exists) expect(parsed).toMatchObject({ code: 'date_impossible' });
        else if (!inYears1To9999(epochSeconds)) expect(parsed).toMatchObject({ code: 'date_range' });
        else expect(parsed).toMatchObject({ instant: { epochSeconds, microsecond: 0 } });
      }),
      { numRuns: 5000 },
    );
  });

  it('is never read from another text, and nothing is thrown', () => {
    fc.assert(
      fc.property(
        fc.oneof(aText(30), fc.integer(), fc.boolean(), fc.date(), fc.constantFrom(null, undefined, {}, [])),
        (raw) => {
          expect(parseOffsetDateTime(raw)).toMatchObject({ code: 'date_format' });
          expect(parseInstant(raw)).toMatchObject({ code: 'date_format' });
        },
      ),
    );
  });

  it('with one character more, less or other is a fault or another date-time', () => {
    const raw = '2022-03-04T05:06:07.089+01:00';
    const change = fc.record({
      at: fc.integer({ min: 0, max: raw.length }),
      remove: fc.integer({ min: 0, max: 1 }),
      insert: fc.oneof(fc.constantFrom('', ...'0123456789.:+-TtZz '), aCharacter),
    });
    fc.assert(
      fc.property(change, ({ at, remove, insert }) => {
        const changed = raw.slice(0, at) + insert + raw.slice(at + remove);
        const parsed = parseOffsetDateTime(changed);
        if (isFault(parsed)) return;
        const standard = changed.toUpperCase().replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
        expect(parsed.instant.epochSeconds).toBe(Math.floor(Date.parse(standard) / 1000));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('an instant', () => {
  it('is printed as Date prints it, to the millisecond', () => {
    fc.assert(
      fc.property(anInstant, (instant) => {
        const milliseconds = instant.epochSeconds * 1000 + Math.floor(instant.microsecond / 1000);
        expect(formatInstant(instant)).toBe(new Date(milliseconds).toISOString());
      }),
      { numRuns: 2000 },
    );
  });

  it('is printed exactly with six digits, and read again as it was', () => {
    fc.assert(
      fc.property(anInstant, (instant) => {
        expect(parseInstant(formatInstantExactly(instant))).toEqual(instant);
        expect(formatInstantExactly(instant)).toMatch(/\.\d{6}Z$/);
      }),
      { numRuns: 2000 },
    );
  });
});
