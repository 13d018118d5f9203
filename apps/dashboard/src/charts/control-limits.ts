/** Above this many, a binomial distribution is close enough to a normal one here. */
const LARGE = 1_000;

/** Standard normal quantiles for the two pairs of limits of a funnel plot. */
const Z = { 0.025: 1.959964, 0.001: 3.090232 } as const;

export type Tail = keyof typeof Z;

export interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Returns the rates between which groups of `n` lie whose true rate is `rate`: a count is outside exactly if one so
 * extreme has a probability below `tail`. Interpolated between counts; the normal approximation for a large `n`.
 *
 * For funnel plots, see D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in
 * Medicine 24 (2005).
 */
export function controlLimits(rate: number, n: number, tail: Tail): Limits {
  if (n > LARGE) {
    const margin = Z[tail] * Math.sqrt((rate * (1 - rate)) / n);
    return { lower: Math.max(0, rate - margin), upper: Math.min(1, rate + margin) };
  }
  return { lower: lowest(rate, n, tail) / n, upper: 1 - lowest(1 - rate, n, tail) / n };
}

/** Where the binomial distribution reaches a probability, between two counts. */
function lowest(rate: number, n: number, probability: number): number {
  if (rate === 0 || rate === 1) return n * rate;
  const odds = Math.log(rate / (1 - rate));
  // In logarithms: the first terms are too small for a number.
  let logarithm = n * Math.log1p(-rate);
  let cumulated = 0;
  for (let count = 0; count <= n; count += 1) {
    if (count > 0) logarithm += Math.log((n - count + 1) / count) + odds;
    const mass = Math.exp(logarithm);
    cumulated += mass;
    if (cumulated > probability) return Math.max(0, count - (cumulated - probability) / mass);
  }
  return n;
}
