import fc from 'fast-check';
import { jStat } from 'jstat';
import { describe, expect, it } from 'vitest';
import { fisherExactTest, type GroupCounts } from './fisher-exact-test.js';

describe("Fisher's exact test", () => {
  // Fisher's own lady: of eight cups, four with milk first, she names three (or four) of the four.
  it.each([
    { hits: 4, expected: 1 / 70 },
    { hits: 3, expected: 17 / 70 },
    { hits: 0, expected: 1 },
  ])('tastes tea: $hits of 4', ({ hits, expected }) => {
    expect(fisherExactTest({ trials: 4, hits, allTrials: 8, allHits: 4 })).toBeCloseTo(expected, 14);
  });

  it('agrees with whole-number arithmetic to 12 digits', () => {
    fc.assert(
      fc.property(countsUpTo(400), (counts) => {
        const exact = exactTail(counts);
        expect(Math.abs(fisherExactTest(counts) - exact)).toBeLessThanOrEqual(1e-12 * Math.max(exact, 1e-3));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps its relative precision far out in the tail', () => {
    const counts = { trials: 200, hits: 60, allTrials: 2_000, allHits: 80 };
    expect(fisherExactTest(counts) / exactTail(counts)).toBeCloseTo(1, 10);
    expect(exactTail(counts)).toBeLessThan(1e-40);
  });

  it('agrees with jStat', () => {
    fc.assert(
      fc.property(countsUpTo(5_000), (counts) => {
        const { trials, hits, allTrials, allHits } = counts;
        const expected = hits === 0 ? 1 : 1 - jStat.hypgeom.cdf(hits - 1, allTrials, allHits, trials);
        expect(fisherExactTest(counts)).toBeCloseTo(expected, 7);
      }),
    );
  });

  it('neither overflows nor loses its digits at ten million', () => {
    const counts = { trials: 1_000_000, hits: 30_600, allTrials: 10_000_000, allHits: 300_000 };
    // Of two groups one has more hits exactly when the other has fewer: P(X >= h) + P(Y >= all - h + 1) = 1.
    const rest = { trials: 9_000_000, hits: 300_000 - 30_600 + 1, allTrials: 10_000_000, allHits: 300_000 };
    expect(fisherExactTest(counts)).toBeGreaterThan(1e-5);
    expect(fisherExactTest(counts)).toBeLessThan(1e-3);
    expect(fisherExactTest(counts) + fisherExactTest(rest)).toBeCloseTo(1, 9);
    expect(fisherExactTest({ ...counts, hits: 300_000 })).toBeGreaterThanOrEqual(0);
    expect(fisherExactTest({ ...counts, hits: 0 })).toBe(1);
  });

  it('falls as the group has more hits', () => {
    fc.assert(
      fc.property(countsUpTo(1_000_000), (counts) => {
        const more = { ...counts, hits: Math.min(counts.hits + 1, counts.trials, counts.allHits) };
        expect(fisherExactTest(more)).toBeLessThanOrEqual(fisherExactTest(counts) + 1e-12);
      }),
    );
  });
});

function countsUpTo(most: number): fc.Arbitrary<GroupCounts> {
  return fc
    .integer({ min: 1, max: most })
    .chain((allTrials) =>
      fc
        .tuple(fc.integer({ min: 0, max: allTrials }), fc.integer({ min: 1, max: allTrials }))
        .chain(([allHits, trials]) =>
          fc
            .integer({ min: Math.max(0, trials + allHits - allTrials), max: Math.min(trials, allHits) })
            .map((hits) => ({ trials, hits, allTrials, allHits })),
        ),
    );
}

/** The same by whole numbers of any size. */
function exactTail({ trials, hits, allTrials, allHits }: GroupCounts): number {
  let ways = 0n;
  for (let each = hits; each <= Math.min(trials, allHits); each++) {
    ways += choose(allHits, each) * choose(allTrials - allHits, trials - each);
  }
  const SCALE = 10n ** 80n;
  return Number((ways * SCALE) / choose(allTrials, trials)) / Number(SCALE);
}

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let factor = 1; factor <= Math.min(k, n - k); factor++) {
    result = (result * BigInt(n - factor + 1)) / BigInt(factor);
  }
  return result;
}
