/** A p-value and the number of tests that share it. */
export interface SharedPValue {
  readonly p: number;
  /** How many tests have it: a whole number above 0. */
  readonly tests: number;
}

/**
 * Returns the q-value of each p-value, in the same order: the smallest false discovery rate at which it still counts as
 * a discovery. Calling everything with q <= 0.05 a discovery is wrong, on average, in at most 5 % of them.
 *
 * Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57 (1995), 289-300.
 */
export function falseDiscoveryRates(pValues: readonly SharedPValue[]): number[] {
  const all = pValues.reduce((sum, { tests }) => sum + tests, 0);
  const descending = pValues.map((value, index) => ({ ...value, index })).sort((left, right) => right.p - left.p);
  const qValues = new Array<number>(pValues.length);
  let smallest = 1;
  let rank = all;
  for (const { p, tests, index } of descending) {
    smallest = Math.min(smallest, (p * all) / rank);
    qValues[index] = smallest;
    rank -= tests;
  }
  return qValues;
}
