/**
 * Returns the probability of exactly `hits` in a sample of `trials` drawn without replacement from `allTrials`, of which
 * `allHits` are hits. The counts are consistent whole numbers: nothing is checked here.
 *
 * The quotient of three binomial coefficients would lose most digits in the difference of huge logarithms, so each is
 * written as a binomial probability in Loader's saddle-point form, which stays exact for large counts.
 *
 * Source: C. Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000); R's `dhyper` does the same.
 */
export function hypergeometricProbability(hits: number, trials: number, allHits: number, allTrials: number): number {
  const allMisses = allTrials - allHits;
  const p = trials / allTrials;
  const q = (allTrials - trials) / allTrials;
  return Math.exp(
    logBinomial(hits, allHits, p, q) +
      logBinomial(trials - hits, allMisses, p, q) -
      logBinomial(trials, allTrials, p, q),
  );
}

/** The logarithm of the probability of exactly `hits` in `trials` independent trials of probability p (and q = 1 - p). */
function logBinomial(hits: number, trials: number, p: number, q: number): number {
  const misses = trials - hits;
  if (hits === 0) return trials === 0 ? 0 : trials * Math.log(q);
  if (misses === 0) return trials * Math.log(p);
  return (
    stirlingError(trials) -
    stirlingError(hits) -
    stirlingError(misses) -
    deviance(hits, trials * p) -
    deviance(misses, trials * q) +
    0.5 * Math.log(trials / (2 * Math.PI * hits * misses))
  );
}

/** Returns x log(x / mean) + mean - x without cancellation where the two are close. */
function deviance(x: number, mean: number): number {
  if (Math.abs(x - mean) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const v = (x - mean) / (x + mean);
  let sum = (x - mean) * v;
  let term = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    term *= v * v;
    const next = sum + term / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/** Returns log(n!) less Stirling's approximation of it, for a whole number n above 0. */
function stirlingError(n: number): number {
  if (n <= 15) return logFactorial(n) - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

function logFactorial(n: number): number {
  let product = 1;
  for (let factor = 2; factor <= n; factor++) product *= factor;
  return Math.log(product);
}
