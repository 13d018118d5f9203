/** An interval that contains the true proportion with the stated confidence; both ends are from 0 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 97.5th percentile of the standard normal distribution: 95 % lie within this many standard deviations of the mean. */
const Z = 1.959963984540054;

/**
 * Returns Wilson's 95 % score interval of a proportion, without continuity correction.
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc. 22
 * (1927), 209-212; method 3 in R. G. Newcombe, Stat. Med. 17 (1998), 857-872.
 *
 * @param hits how many of the trials had the property: a whole number from 0 to `trials`
 * @param trials a whole number above 0
 */
export function wilsonInterval(hits: number, trials: number): Interval {
  const square = Z * Z;
  const misses = trials - hits;
  const spread = Z * Math.sqrt(square + (4 * hits * misses) / trials);
  const scale = 2 * (trials + square);
  return {
    // Rounding must not move an end past the proportion's own limits.
    low: hits === 0 ? 0 : Math.max(0, (2 * hits + square - spread) / scale),
    high: misses === 0 ? 1 : Math.min(1, (2 * hits + square + spread) / scale),
  };
}
