import fc from 'fast-check';
import { jStat } from 'jstat';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from './wilson-interval.js';

describe("Wilson's interval", () => {
  // Newcombe (1998), table I, method 3.
  it.each([
    { hits: 81, trials: 263, low: 0.2553, high: 0.3662 },
    { hits: 15, trials: 148, low: 0.0624, high: 0.1605 },
    { hits: 0, trials: 20, low: 0, high: 0.1611 },
    { hits: 1, trials: 29, low: 0.0061, high: 0.1718 },
  ])('of $hits in $trials is as published', ({ hits, trials, low, high }) => {
    const interval = wilsonInterval(hits, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('solves its defining equation: each end is 1.96 standard deviations of its own from the proportion', () => {
    const z = jStat.normal.inv(0.975, 0, 1);
    fc.assert(
      fc.property(countsUpTo(10_000_000), ({ hits, trials }) => {
        const { low, high } = wilsonInterval(hits, trials);
        for (const end of [low, high]) {
          expect((hits / trials - end) ** 2).toBeCloseTo((z ** 2 * end * (1 - end)) / trials, 9);
        }
      }),
    );
  });

  it('holds the proportion, stays within 0 and 1, and mirrors that of the misses', () => {
    fc.assert(
      fc.property(countsUpTo(10_000_000), ({ hits, trials }) => {
        const { low, high } = wilsonInterval(hits, trials);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(hits / trials);
        expect(high).toBeGreaterThanOrEqual(hits / trials);
        expect(high).toBeLessThanOrEqual(1);
        const mirrored = wilsonInterval(trials - hits, trials);
        expect(mirrored.low).toBeCloseTo(1 - high, 12);
        expect(mirrored.high).toBeCloseTo(1 - low, 12);
      }),
    );
  });
});

function countsUpTo(most: number) {
  return fc
    .integer({ min: 1, max: most })
    .chain((trials) => fc.record({ hits: fc.integer({ min: 0, max: trials }), trials: fc.constant(trials) }));
}
