import { expect, it } from 'vitest';
import { dayScale, pointsToDraw } from './days.js';

const labels = (...days: string[]) => dayScale(days).ticks.map(({ label }) => label);

it('marks are days, at most eight, with the year where it changes', () => {
  expect(labels('2026-08-29', '2026-11-26')).toEqual([
    '30 Aug',
    '13 Sept',
    '27 Sept',
    '11 Oct',
    '25 Oct',
    '8 Nov',
    '22 Nov',
  ]);
  expect(labels('2025-12-30', '2026-01-02')).toEqual(['30 Dec', '31 Dec', 'Jan 2026', '2 Jan']);
  expect(labels('2023-12-01', '2026-11-26').length).toBeLessThanOrEqual(8);
  expect(labels('2026-01-31')).toEqual(['31 Jan']);
});

it('days lie where their time does', () => {
  const { at } = dayScale(['2026-01-01', '2026-01-11']);
  expect(['2026-01-01', '2026-01-06', '2026-01-11'].map(at)).toEqual([0, 500, 1000]);
});

it('points to draw are evenly spread and end with the last', () => {
  expect(pointsToDraw(3)).toEqual([0, 1, 2]);
  expect(pointsToDraw(0)).toEqual([]);
  const drawn = pointsToDraw(1000);
  expect(drawn.at(-1)).toBe(999);
  expect(drawn.length).toBeLessThanOrEqual(180);
  expect(new Set(drawn.slice(1).map((point, index) => point - (drawn[index] ?? 0))).size).toBe(1);
});
