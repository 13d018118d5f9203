import { describe, expect, it } from 'vitest';
import { percentile, ratioOf, spreadOf } from './statistics.ts';

describe('spreadOf', () => {
  it('returns the middle round and the outermost ones, in any order', () => {
    expect(spreadOf([10, 2, 9])).toEqual({ median: 9, min: 2, max: 10 });
  });

  it('takes the mean of the two middle rounds of an even number', () => {
    expect(spreadOf([4, 1, 2, 30]).median).toBe(3);
  });

  it('refuses nothing at all', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe('ratioOf', () => {
  it('compares round with round: the median of ratios, not the ratio of medians', () => {
    expect(ratioOf([2, 30, 100], [1, 10, 200])).toEqual({ median: 2, min: 0.5, max: 3 });
  });

  it('refuses sides of different length', () => {
    expect(() => ratioOf([1, 2], [1])).toThrow(RangeError);
  });
});

describe('percentile', () => {
  it('is the smallest value that this many of a hundred do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([percentile(hundred, 50), percentile(hundred, 99), percentile([7], 99)]).toEqual([50, 99, 7]);
  });
});
