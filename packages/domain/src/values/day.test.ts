import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from './day.js';
import { isFault } from './fault.js';

describe('a day', () => {
  it.each([
    ['1970-01-01', 0],
    ['1970-01-02', 1],
    ['1969-12-31', -1],
    ['2024-02-29', 19_782],
    ['0001-01-01', -719_162],
    ['9999-12-31', 2_932_896],
  ])('%s is %i days from 1970-01-01, and written the same', (text, days) => {
    expect(parseDay(text)).toBe(days);
    expect(formatDay(days)).toBe(text);
  });

  it.each([
    ['', 'day_format'],
    ['2022-3-4', 'day_format'],
    ['20220304', 'day_format'],
    ['2022-03-04T00:00:00Z', 'day_format'],
    [' 2022-03-04', 'day_format'],
    ['2022-03-04\n', 'day_format'],
    ['+2022-03-04', 'day_format'],
    [20220304, 'day_format'],
    ['2023-02-29', 'day_impossible'],
    ['2022-13-01', 'day_impossible'],
    ['2022-00-01', 'day_impossible'],
    ['2022-01-00', 'day_impossible'],
    ['0000-01-01', 'day_impossible'],
  ])('refuses %j: %s', (raw, code) => {
    const fault = parseDay(raw);
    expect(isFault(fault) && fault.code).toBe(code);
  });
});
