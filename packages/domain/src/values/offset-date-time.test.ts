import { describe, expect, it } from 'vitest';
import { Fault, isFault } from './fault.js';
import { formatOffsetDateTime, type OffsetDateTime, parseInstant, parseOffsetDateTime } from './offset-date-time.js';

function parsed(raw: string): OffsetDateTime {
  const value = parseOffsetDateTime(raw);
  if (isFault(value)) throw new Error(`${raw} ${value.rule}`);
  return value;
}

const codeOf = (value: unknown) => (value instanceof Fault ? value.code : value);

describe('parseOffsetDateTime', () => {
  it.each([
    ['2022-03-04T05:06:07Z', 0, 0, '2022-03-04T05:06:07.000Z'],
    ['2022-03-04t05:06:07z', 0, 0, '2022-03-04T05:06:07.000Z'],
    ['2022-03-04T05:06:07.1Z', 100_000, 0, '2022-03-04T05:06:07.100Z'],
    ['2022-03-04T05:06:07.000001Z', 1, 0, '2022-03-04T05:06:07.000Z'],
    ['2022-03-04T05:06:07.999999Z', 999_999, 0, '2022-03-04T05:06:07.999Z'],
    ['2022-03-04T05:06:07.123456789Z', 123_456, 0, '2022-03-04T05:06:07.123Z'],
    ['2022-03-04T05:06:07.0000009Z', 0, 0, '2022-03-04T05:06:07.000Z'],
    ['2022-03-04T05:06:07.089+01:00', 89_000, 3600, '2022-03-04T05:06:07.089+01:00'],
    ['2022-03-04T05:06:07.089+0100', 89_000, 3600, '2022-03-04T05:06:07.089+01:00'],
    ['2022-03-04T05:06:07-0530', 0, -19_800, '2022-03-04T05:06:07.000-05:30'],
    ['2022-03-04T05:06:07-00:00', 0, 0, '2022-03-04T05:06:07.000Z'],
    ['2022-03-04T05:06:07+00:00', 0, 0, '2022-03-04T05:06:07.000Z'],
    ['2022-03-04T05:06:07+23:59', 0, 86_340, '2022-03-04T05:06:07.000+23:59'],
    ['2022-03-04T05:06:07-23:59', 0, -86_340, '2022-03-04T05:06:07.000-23:59'],
    // Java's OffsetDateTime leaves out seconds that are 0.
    ['2022-03-04T05:06Z', 0, 0, '2022-03-04T05:06:00.000Z'],
    ['2022-03-04t05:06+0100', 0, 3600, '2022-03-04T05:06:00.000+01:00'],
    ['2022-03-04T05:06-05:30', 0, -19_800, '2022-03-04T05:06:00.000-05:30'],
    ['2024-02-29T00:00:00Z', 0, 0, '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T23:59:59Z', 0, 0, '2000-02-29T23:59:59.000Z'],
    ['0001-01-01T00:00:00Z', 0, 0, '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999999Z', 999_999, 0, '9999-12-31T23:59:59.999Z'],
    // A local year that cannot be written is shown in UTC.
    ['0000-12-31T23:30:00-01:00', 0, -3600, '0001-01-01T00:30:00.000Z'],
  ])('reads %s', (raw, microsecond, offsetSeconds, printed) => {
    const value = parsed(raw);
    expect(value.instant.microsecond).toBe(microsecond);
    // toBe distinguishes -0 from 0: equal offsets must be equal values.
    expect(value.offsetSeconds).toBe(offsetSeconds);
    expect(formatOffsetDateTime(value)).toBe(printed);
  });

  it.each([
    ['no time zone', '2022-03-04T05:06:07'],
    ['no time zone, with a fraction', '2022-03-04T05:06:07.089'],
    ['no time', '2022-03-04'],
    ['neither seconds nor a time zone', '2022-03-04T05:06'],
    ['a fraction of a minute', '2022-03-04T05:06.5Z'],
    ['a colon without seconds', '2022-03-04T05:06:Z'],
    ['no minutes', '2022-03-04T05Z'],
    ['a space for T', '2022-03-04 05:06:07Z'],
    ['spaces around', ' 2022-03-04T05:06:07Z '],
    ['a line break at the end', '2022-03-04T05:06:07Z\n'],
    ['a point without a fraction', '2022-03-04T05:06:07.Z'],
    ['a comma for the point', '2022-03-04T05:06:07,089Z'],
    ['ten digits of fraction', '2022-03-04T05:06:07.1234567890Z'],
    ['an offset of hours alone', '2022-03-04T05:06:07+01'],
    ['an offset in seconds', '2022-03-04T05:06:07+01:00:00'],
    ['a zone’s name', '2022-03-04T05:06:07.089 UTC'],
    ['a bracketed zone', '2022-03-04T05:06:07Z[UTC]'],
    ['a minus sign (U+2212)', '2022-03-04T05:06:07\u221201:00'],
    ['five digits of year', '12022-03-04T05:06:07Z'],
    ['a signed year', '+002022-03-04T05:06:07Z'],
    ['two digits of year', '22-03-04T05:06:07Z'],
    ['one digit of month', '2022-3-04T05:06:07Z'],
    ['basic format', '20220304T050607Z'],
    ['a week date', '2022-W09-5T05:06:07Z'],
    ['other digits (Arabic-Indic)', '٢٠٢٢-03-04T05:06:07Z'],
    ['an empty string', ''],
    ['a number', 1_646_370_367],
    ['null', null],
    ['undefined', undefined],
    ['a Date', new Date(0)],
    ['a list', ['2022-03-04T05:06:07Z']],
  ])('refuses the format of %s', (_, raw) => {
    expect(codeOf(parseOffsetDateTime(raw))).toBe('date_format');
  });

  it.each([
    '2022-00-04T05:06:07Z',
    '2022-13-04T05:06:07Z',
    '2022-03-00T05:06:07Z',
    '2022-04-31T05:06:07Z',
    '2023-02-29T05:06:07Z',
    '1900-02-29T05:06:07Z',
    '2022-03-04T24:00:00Z',
    '2022-03-04T05:60:07Z',
    '2022-03-04T05:06:60Z',
    '2016-12-31T23:59:60Z',
    '2022-03-04T05:06:07+24:00',
    '2022-03-04T05:06:07-01:60',
  ])('refuses %s, which does not exist', (raw) => {
    expect(codeOf(parseOffsetDateTime(raw))).toBe('date_impossible');
  });

  it.each([
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59.999999-00:01',
    '0000-06-01T00:00:00-23:59',
  ])('refuses %s, which is outside the years 0001 to 9999 in UTC', (raw) => {
    expect(codeOf(parseOffsetDateTime(raw))).toBe('date_range');
  });
});

describe('parseInstant', () => {
  it.each([
    ['2022-03-04T05:06:07', '2022-03-04T05:06:07Z'],
    ['2022-03-04T05:06', '2022-03-04T05:06:00Z'],
    ['2022-03-04t05:06:07.089123456', '2022-03-04T05:06:07.089123Z'],
    ['2022-03-04T05:06:07.5+01:00', '2022-03-04T04:06:07.5Z'],
    ['2022-03-04T23:06:07-0530', '2022-03-05T04:36:07Z'],
    ['9999-12-31T23:59:59.999999', '9999-12-31T23:59:59.999999Z'],
  ])('reads %s as %s: without a zone it is in UTC', (raw, inUtc) => {
    expect(parseInstant(raw)).toEqual(parsed(inUtc).instant);
  });

  it.each([
    ['2022-03-04', 'date_format'],
    ['2022-03-04 05:06:07', 'date_format'],
    ['2022-03-04T05:06:07 ', 'date_format'],
    ['2022-02-30T05:06:07', 'date_impossible'],
    ['2022-03-04T05:06:60', 'date_impossible'],
    ['0000-12-31T23:59:59', 'date_range'],
    [undefined, 'date_format'],
  ])('refuses %s', (raw, code) => {
    expect(codeOf(parseInstant(raw))).toBe(code);
  });

  it('says in its rule that the zone may be missing, unlike parseOffsetDateTime', () => {
    const rule = (value: unknown) => (value instanceof Fault ? value.rule : '');
    expect(rule(parseInstant(''))).toContain('without a time zone it means UTC');
    expect(rule(parseOffsetDateTime(''))).toContain('with a time zone');
  });
});

describe('formatOffsetDateTime', () => {
  const { instant } = parsed('2022-03-04T05:06:07.089123Z');

  it.each([
    // Stored offsets that are not whole minutes are truncated towards zero, and the instant stays exact.
    [3599, '2022-03-04T06:05:07.089+00:59'],
    [-3599, '2022-03-04T04:07:07.089-00:59'],
    [75, '2022-03-04T05:07:07.089+00:01'],
    [59, '2022-03-04T05:06:07.089Z'],
    [-59, '2022-03-04T05:06:07.089Z'],
    // RFC 3339 cannot write an offset of a day or more.
    [86_399, '2022-03-05T05:05:07.089+23:59'],
    [86_400, '2022-03-04T05:06:07.089Z'],
    [-86_400, '2022-03-04T05:06:07.089Z'],
    [2_147_483_647, '2022-03-04T05:06:07.089Z'],
    [-2_147_483_648, '2022-03-04T05:06:07.089Z'],
  ])('writes a stored offset of %i s', (offsetSeconds, printed) => {
    expect(formatOffsetDateTime({ instant, offsetSeconds })).toBe(printed);
  });

  it.each([
    ['0001-01-01T00:59:59.999Z', -3600, '0001-01-01T00:59:59.999Z'],
    ['0001-01-01T01:00:00Z', -3600, '0001-01-01T00:00:00.000-01:00'],
    ['9999-12-31T23:00:00Z', 3600, '9999-12-31T23:00:00.000Z'],
    ['9999-12-31T22:59:59.999Z', 3600, '9999-12-31T23:59:59.999+01:00'],
  ])(
    'writes %s with offset %i as %s: in UTC where the local year has no four digits',
    (raw, offsetSeconds, printed) => {
      expect(formatOffsetDateTime({ instant: parsed(raw).instant, offsetSeconds })).toBe(printed);
    },
  );
});
