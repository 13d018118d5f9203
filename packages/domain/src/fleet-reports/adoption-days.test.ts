import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../values/day.js';
import { isFault } from '../values/fault.js';
import { type AdoptionInterval, adoptionDays } from './adoption-days.js';

const day = (text: string) => Number(parseDay(text));
const TODAY = day('2022-03-04');

function shown(interval: AdoptionInterval, from?: string, to?: string) {
  const days = adoptionDays({ from: from && day(from), to: to && day(to), interval } as never, TODAY);
  return isFault(days) ? days.code : days.map(formatDay);
}

describe('the days of a report of adoption', () => {
  it('are the last 90 until today when nothing is said', () => {
    const days = shown('day');
    expect(days).toHaveLength(90);
    expect(days.at(-1)).toBe('2022-03-04');
    expect(days.at(0)).toBe('2021-12-05');
  });

  it.each([
    ['week', '2022-01-30', '2022-02-15', ['2022-01-30', '2022-02-06', '2022-02-13', '2022-02-15']],
    ['week', '2022-01-31', '2022-02-06', ['2022-02-06']],
    ['week', '1969-12-29', '1970-01-05', ['1970-01-04', '1970-01-05']],
    ['month', '2021-11-30', '2022-02-28', ['2021-11-30', '2021-12-31', '2022-01-31', '2022-02-28']],
    ['month', '2020-02-01', '2020-03-01', ['2020-02-29', '2020-03-01']],
    ['day', '2022-03-04', '2022-03-04', ['2022-03-04']],
  ] as const)('are the ends of each %s from %s to %s', (interval, from, to, expected) => {
    expect(shown(interval, from, to)).toEqual(expected);
  });

  it.each([
    ['day', '2022-03-04', '2022-03-05', 'to_in_future'],
    ['day', '2022-03-05', undefined, 'from_after_to'],
    ['day', '2022-03-04', '2022-03-03', 'from_after_to'],
    ['day', '2019-06-08', '2022-03-04', 'too_many_points'],
    ['week', '0001-01-01', '2022-03-04', 'too_many_points'],
  ] as const)('refuse a %s from %s to %s', (interval, from, to, code) => {
    expect(shown(interval, from, to)).toBe(code);
  });

  it('may be 1,000', () => {
    expect(shown('day', '2019-06-09', '2022-03-04')).toHaveLength(1_000);
  });

  it('are in the calendar, even for a period that ends on its first days', () => {
    expect(shown('day', undefined, '0001-01-02')).toEqual(['0001-01-01', '0001-01-02']);
  });

  it('end on Sundays or the last of a month, by the calendar of JavaScript', () => {
    const days = fc.integer({ min: -600_000, max: TODAY });
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 900 }), (from, length) => {
        const to = Math.min(from + length, TODAY);
        const [weeks, months] = (['week', 'month'] as const).map((interval) =>
          adoptionDays({ from, to, interval }, TODAY),
        ) as (readonly number[])[];
        for (const end of weeks?.slice(0, -1) ?? []) expect(new Date(end * 86_400_000).getUTCDay()).toBe(0);
        for (const end of months?.slice(0, -1) ?? []) expect(new Date((end + 1) * 86_400_000).getUTCDate()).toBe(1);
        expect([weeks?.at(-1), months?.at(-1)]).toEqual([to, to]);
      }),
    );
  });
});
