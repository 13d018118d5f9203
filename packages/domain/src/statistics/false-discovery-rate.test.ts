import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { falseDiscoveryRates } from './false-discovery-rate.js';

// The example of Benjamini and Hochberg (1995), section 3.2.
const PUBLISHED = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
];

describe('the false discovery rate', () => {
  it('accepts the first four of the published fifteen at 5 %', () => {
    expect(falseDiscoveryRates(once(PUBLISHED)).filter((q) => q <= 0.05)).toHaveLength(4);
    expect(falseDiscoveryRates(once(PUBLISHED))[3]).toBeCloseTo((0.0095 * 15) / 4, 12);
  });

  it('is that of the step-up procedure: q <= rate exactly for the p up to the last one below its line', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(probability, { maxLength: 40 }), fc.constantFrom(0.01, 0.05, 0.2), (pValues, rate) => {
        const sorted = [...pValues].sort((left, right) => left - right);
        const last = sorted.findLastIndex((p, index) => (p * pValues.length) / (index + 1) <= rate);
        const discovered = pValues.map((p) => last >= 0 && p <= (sorted[last] ?? 0));
        expect(falseDiscoveryRates(once(pValues)).map((q) => q <= rate)).toEqual(discovered);
      }),
    );
  });

  it('is the same whether equal p-values come one by one or together', () => {
    const shared = fc.record({ p: fc.constantFrom(0.001, 0.01, 0.04, 0.5, 1), tests: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.uniqueArray(shared, { selector: ({ p }) => p }), (pValues) => {
        const oneByOne = pValues.flatMap(({ p, tests }) => Array.from({ length: tests }, () => p));
        const together = pValues.flatMap(({ tests }, index) =>
          Array.from({ length: tests }, () => falseDiscoveryRates(pValues)[index]),
        );
        expect(falseDiscoveryRates(once(oneByOne))).toEqual(together);
      }),
    );
  });

  it('has nothing to say of nothing', () => expect(falseDiscoveryRates([])).toEqual([]));
});

function once(pValues: readonly number[]) {
  return pValues.map((p) => ({ p, tests: 1 }));
}
