import { describe, expect, it } from 'vitest';
import { controlLimits, type Tail } from './control-limits.js';

/** The probability of a count, from factorials: for a small `n`. */
function probability(rate: number, n: number, count: number): number {
  const factorial = (of: number): number => (of < 2 ? 1 : of * factorial(of - 1));
  return (factorial(n) / factorial(count) / factorial(n - count)) * rate ** count * (1 - rate) ** (n - count);
}

describe('control limits', () => {
  it('of a half of ten are those of the binomial distribution', () => {
    const { lower, upper } = controlLimits(0.5, 10, 0.025);
    // P(X <= 1) = 11/1024, P(X <= 2) = 56/1024.
    expect(lower).toBeCloseTo((2 - (56 / 1024 - 0.025) / (45 / 1024)) / 10, 12);
    expect(upper).toBeCloseTo(1 - lower, 12);
  });

  it('hold exactly the counts whose tails are likely enough', () => {
    for (const rate of [0.02, 0.135, 0.5, 0.9]) {
      for (const n of [1, 5, 12, 20]) {
        for (const tail of [0.025, 0.001] satisfies Tail[]) {
          const { lower, upper } = controlLimits(rate, n, tail);
          for (let count = 0; count <= n; count += 1) {
            const sum = (from: number, to: number) =>
              Array.from({ length: to - from + 1 }, (_, index) => probability(rate, n, from + index)).reduce(
                (a, b) => a + b,
              );
            const isOutside = sum(0, count) < tail || sum(count, n) < tail;
            expect(count / n < lower || count / n > upper, `${count} of ${n} at ${rate}, ${tail}`).toBe(isOutside);
          }
        }
      }
    }
  });

  it('go on into the normal approximation without a step', () => {
    const [exact, normal] = [controlLimits(0.13, 1000, 0.001), controlLimits(0.13, 1001, 0.001)];
    expect(normal.lower).toBeCloseTo(exact.lower, 2);
    expect(normal.upper).toBeCloseTo(exact.upper, 2);
  });

  it('of what never or always happens are just that', () => {
    expect(controlLimits(0, 10, 0.025)).toEqual({ lower: 0, upper: 0 });
    expect(controlLimits(1, 10, 0.025)).toEqual({ lower: 1, upper: 1 });
    expect(controlLimits(0.999, 900, 0.001).lower).toBeGreaterThan(0.99);
  });
});
