import { hypergeometricProbability } from './hypergeometric-probability.js';

/** A group and the whole that it is part of. All are whole numbers from 0 to 2^53. */
export interface GroupCounts {
  /** Trials in the group, and those of them that had the property. */
  readonly trials: number;
  readonly hits: number;
  /** The same for all groups together, this one included. */
  readonly allTrials: number;
  readonly allHits: number;
}

/** A term this much smaller than the sum no longer changes it. */
const NEGLIGIBLE = 2 ** -60;

/**
 * Returns the p-value of Fisher's exact test, one-sided: the probability that a group of this size has at least this
 * many hits when its hits are drawn from all trials at random. A small value means that the group has more hits than the rest.
 *
 * The sum starts at the tail's largest term, so its time grows with the standard deviation and not with the counts.
 * The relative error stays below 1e-10 for counts of ten million.
 *
 * Source: R. A. Fisher, "The Design of Experiments" (1935), chapter II.
 */
export function fisherExactTest(group: GroupCounts): number {
  const { trials, hits, allTrials, allHits } = group;
  const fewest = Math.max(0, trials + allHits - allTrials);
  if (hits <= fewest) return 1;
  const mean = (trials * allHits) / allTrials;
  // The tail without the mean is the short one.
  const p = hits > mean ? upperTail(group, hits) : 1 - lowerTail(group, hits - 1);
  return Math.min(Math.max(p, 0), 1);
}

/** The probability of `from` hits or more. */
function upperTail({ trials, allTrials, allHits }: GroupCounts, from: number): number {
  const most = Math.min(trials, allHits);
  let term = hypergeometricProbability(from, trials, allHits, allTrials);
  let sum = term;
  for (let hits = from; hits < most && term > sum * NEGLIGIBLE; hits++) {
    term *= ((allHits - hits) / (hits + 1)) * ((trials - hits) / (allTrials - allHits - trials + hits + 1));
    sum += term;
  }
  return sum;
}

/** The probability of `to` hits or fewer. */
function lowerTail({ trials, allTrials, allHits }: GroupCounts, to: number): number {
  const fewest = Math.max(0, trials + allHits - allTrials);
  let term = hypergeometricProbability(to, trials, allHits, allTrials);
  let sum = term;
  for (let hits = to; hits > fewest && term > sum * NEGLIGIBLE; hits--) {
    term *= (hits / (allHits - hits + 1)) * ((allTrials - allHits - trials + hits) / (trials - hits + 1));
    sum += term;
  }
  return sum;
}
