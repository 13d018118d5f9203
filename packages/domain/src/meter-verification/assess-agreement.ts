import { falseDiscoveryRates } from '../statistics/false-discovery-rate.js';
import { fisherExactTest } from '../statistics/fisher-exact-test.js';
import { wilsonInterval } from '../statistics/wilson-interval.js';
import { compareText } from '../values/text.js';

/** How often people said whether a meter sent the right value, and how often they said that it did not. */
export interface Agreement {
  /** Verification readings of which the patient told whether the value is right. */
  readonly told: number;
  /** Those of them of which the patient said that it is wrong; at most `told`. */
  readonly disagree: number;
}

/** The agreement of what has one serial number, version, phone system, manufacturer or model. */
export interface AgreementGroup extends Agreement {
  /** What the group has in common; null for the readings whose phone is not known. */
  readonly name: string | null;
}

/** A share of disagreement with Wilson's 95 % interval, from 0 to 1; all null where nobody told. */
export interface AssessedAgreement extends Agreement {
  readonly rate: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A group beside the others. */
export interface AssessedGroup extends AssessedAgreement {
  readonly name: string | null;
  /** Fisher's exact test, one-sided: does this group disagree more than the rest? Null where fewer than 5 told. */
  readonly pValue: number | null;
  /** The p-value corrected for the number of groups that have one (Benjamini-Hochberg). */
  readonly qValue: number | null;
  /** `high`: disagrees more than the rest (q <= 0.05). `too_few`: fewer than 5 told. */
  readonly flag: 'high' | 'too_few' | null;
}

/** Fewer say nothing about a group. */
const FEWEST_TOLD = 5;
/** The share of false alarms among flagged groups that is accepted. */
const FALSE_DISCOVERY_RATE = 0.05;

/** Returns the share that disagrees, with its interval. It says nothing of a meter's accuracy (ISO 15197). */
export function assessAgreement({ told, disagree }: Agreement): AssessedAgreement {
  if (told === 0) return { told, disagree, rate: null, low: null, high: null };
  return { told, disagree, rate: disagree / told, ...wilsonInterval(disagree, told) };
}

/**
 * Compares each group with all the others: those that disagree more come first, then by disagree and told (descending)
 * and name (by bytes; the unknown phones' last).
 *
 * @param groups together they hold every reading once
 */
export function assessGroups(groups: readonly AgreementGroup[]): AssessedGroup[] {
  const all = totalOf(groups);
  // A p-value depends on these two numbers alone, and a million serial numbers have few distinct pairs of them.
  const known = new Map<string, number>();
  function pValueOf({ told, disagree }: Agreement): number {
    const key = `${told} ${disagree}`;
    const p =
      known.get(key) ?? fisherExactTest({ trials: told, hits: disagree, allTrials: all.told, allHits: all.disagree });
    known.set(key, p);
    return p;
  }

  const tested = groups.filter(({ told }) => told >= FEWEST_TOLD);
  const pValues = tested.map(pValueOf);
  const qValues = falseDiscoveryRates(pValues);
  const judged = tested.map((group, index) => {
    const pValue = pValues[index] ?? null;
    const qValue = qValues[index] ?? null;
    const flag = qValue !== null && qValue <= FALSE_DISCOVERY_RATE ? ('high' as const) : null;
    return { name: group.name, ...assessAgreement(group), pValue, qValue, flag };
  });
  const tooFew = groups
    .filter(({ told }) => told < FEWEST_TOLD)
    .map((group) => ({
      name: group.name,
      ...assessAgreement(group),
      pValue: null,
      qValue: null,
      flag: 'too_few' as const,
    }));
  return [...judged, ...tooFew].sort(compareGroups);
}

/** Returns the sum of all groups. */
export function totalOf(groups: readonly Agreement[]): Agreement {
  return {
    told: groups.reduce((sum, { told }) => sum + told, 0),
    disagree: groups.reduce((sum, { disagree }) => sum + disagree, 0),
  };
}

function compareGroups(left: AssessedGroup, right: AssessedGroup): number {
  return (
    Number(right.flag === 'high') - Number(left.flag === 'high') ||
    right.disagree - left.disagree ||
    right.told - left.told ||
    compareNames(left.name, right.name)
  );
}

function compareNames(left: string | null, right: string | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return compareText(left, right);
}
