import { expect, it } from 'vitest';
import { dayAfter, dayInWords, daysBetween } from './dates.js';

it('days are those of UTC, in any zone', () => {
  expect(dayInWords('2026-01-31')).toBe('31\u00a0Jan\u00a02026');
  expect(daysBetween('2026-02-27', '2026-03-02')).toBe(3);
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
  expect(dayAfter('2026-11-26', -999)).toBe('2024-03-02');
});
