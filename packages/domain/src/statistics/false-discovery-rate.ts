/**
 * Returns the q-value of each p-value, in the same order: the smallest false discovery rate at which it still counts as
 * a discovery. Calling everything with q <= 0.05 a discovery is wrong, on average, in at most 5 % of what it calls so.
 *
 * Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57 (1995), 289-300.
 */
export function falseDiscoveryRates(pValues: readonly number[]): number[] {
  const descending = pValues.map((p, index) => ({ p, index })).sort((left, right) => right.p - left.p);
  const qValues = new Array<number>(pValues.length);
  let smallest = 1;
  descending.forEach(({ p, index }, position) => {
    const rank = pValues.length - position;
    smallest = Math.min(smallest, (p * pValues.length) / rank);
    qValues[index] = smallest;
  });
  return qValues;
}
