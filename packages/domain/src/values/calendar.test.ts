import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarDate, dateFromDays, daysFromDate, isCalendarDate } from './calendar.js';

/** The oracle: V8's own calendar, proleptic Gregorian as well. `Date.UTC` would take the years 0 to 99 for 1900 to 1999. */
function utcDate(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

function isSameDay({ year, month, day }: CalendarDate, date: Date): boolean {
  return year === date.getUTCFullYear() && month === date.getUTCMonth() + 1 && day === date.getUTCDate();
}

const MILLISECONDS_A_DAY = 86_400_000;

describe('the calendar', () => {
  it.each([
    [1970, 1, 1, 0],
    [1969, 12, 31, -1],
    [2000, 2, 29, 11_016],
    [1, 1, 1, -719_162],
    [0, 1, 1, -719_528],
    [9999, 12, 31, 2_932_896],
  ])('counts %i-%i-%i as day %i', (year, month, day, days) => {
    expect(daysFromDate(year, month, day)).toBe(days);
    expect(dateFromDays(days)).toEqual({ year, month, day });
  });

  it('agrees with Date on the first and the last day of every month of the years 0 to 9999', () => {
    // No expect() in the loop: there are 240,000 days.
    const wrong: string[] = [];
    for (let year = 0; year <= 9999; year++) {
      for (let month = 1; month <= 12; month++) {
        const first = utcDate(year, month, 1);
        const days = first.getTime() / MILLISECONDS_A_DAY;
        const dayBefore = new Date(first.getTime() - MILLISECONDS_A_DAY);
        const agrees =
          daysFromDate(year, month, 1) === days &&
          isSameDay(dateFromDays(days), first) &&
          isSameDay(dateFromDays(days - 1), dayBefore);
        if (!agrees) wrong.push(`${year}-${month}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('agrees with Date on any day of the years 0 to 9999, there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: daysFromDate(0, 1, 1), max: daysFromDate(9999, 12, 31) }), (days) => {
        const date = new Date(days * MILLISECONDS_A_DAY);
        const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        expect(dateFromDays(days)).toEqual({ year, month, day });
        expect(daysFromDate(year, month, day)).toBe(days);
      }),
      { numRuns: 2000 },
    );
  });

  it('knows which dates exist', () => {
    const field = (max: number) => fc.integer({ min: -1, max });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), field(14), field(33), (year, month, day) => {
        const date = utcDate(year, month, day);
        const exists = date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
        expect(isCalendarDate(year, month, day)).toBe(exists);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    [1900, false],
    [2000, true],
    [2023, false],
    [2024, true],
    [2100, false],
    [2400, true],
    [0, true],
  ])('has a 29 February in %i: %s', (year, leap) => {
    expect(isCalendarDate(year, 2, 29)).toBe(leap);
    expect(isCalendarDate(year, 2, 30)).toBe(false);
  });
});
