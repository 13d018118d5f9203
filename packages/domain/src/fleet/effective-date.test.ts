import { describe, expect, it } from 'vitest';
import { instant } from '../../testing/builders.js';
import { effectiveDate, isClockSuspect } from './effective-date.js';

const created = '2022-03-04T05:06:07.000001Z';

describe('the effective date', () => {
  it.each([
    ['of first use', '2022-03-01T00:00:00Z', '2022-03-01T00:00:00Z', false],
    ['of first use, to the microsecond of creation', created, created, false],
    ['created, where first use is a microsecond later', '2022-03-04T05:06:07.000002Z', created, false],
    ['created, where first use is 24 hours later', '2022-03-05T05:06:07.000001Z', created, false],
    ['created, and suspect, where first use is more than 24 hours later', '2022-03-05T05:06:07.000002Z', created, true],
    ['of first use from 2015 on', '2015-01-01T00:00:00Z', '2015-01-01T00:00:00Z', false],
    ['created, and suspect, where first use is before 2015', '2014-12-31T23:59:59.999999Z', created, true],
    ['created, and suspect, where first use is in the year 1', '0001-01-01T00:00:00Z', created, true],
  ])('is the date %s', (_, firstUsed, expected, suspect) => {
    const dates = { firstUsed: instant(firstUsed), created: instant(created) };
    expect(effectiveDate(dates)).toEqual(instant(expected));
    expect(isClockSuspect(dates)).toBe(suspect);
  });

  it('is `created` even where that is before 2015', () => {
    const dates = { firstUsed: instant('2000-01-01T00:00:00Z'), created: instant('2001-01-01T00:00:00Z') };
    expect(effectiveDate(dates)).toEqual(dates.created);
  });
});
