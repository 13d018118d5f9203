import { falseDiscoveryRates } from '../statistics/false-discovery-rate.js';
import { fisherExactTest } from '../statistics/fisher-exact-test.js';
import { wilsonInterval } from '../statistics/wilson-interval.js';

/** How often people said whether a meter sent the right value, and how often they said it did not. */
export interface Agreement {
  /** Verification readings for which the patient answered whether the value is right. */
  readonly told: number;
  /** Those the patient called wrong; at most `told`. */
  readonly disagree: number;
}

/** The agreement of the readings that share a serial number, version, phone system, manufacturer or model. */
export interface AgreementGroup extends Agreement {
  /** What the group has in common; null for readings whose phone is unknown. */
  readonly name: string | null;
}

/** How many groups have exactly this agreement. A million groups have only a few hundred distinct agreements. */
export interface AgreementCount extends Agreement {
  readonly groups: number;
}

/** A share of disagreement with Wilson's 95 % interval, from 0 to 1; all null if there are no answers. */
export interface AssessedAgreement extends Agreement {
  readonly rate: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The verdict on a group, compared with the others. */
export interface AgreementVerdict {
  /** Fisher's exact test, one-sided: does this group disagree more than the rest? Null with fewer than 5 answers. */
  readonly pValue: number | null;
  /** The p-value corrected for the number of groups that have one (Benjamini-Hochberg). */
  readonly qValue: number | null;
  /** `high`: disagrees more than the rest (q <= 0.05). `too_few`: fewer than 5 answers. */
  readonly flag: 'high' | 'too_few' | null;
}

/** Fewer say nothing about a group. */
const FEWEST_TOLD = 5;
/** The accepted share of false alarms among flagged groups. */
const FALSE_DISCOVERY_RATE = 0.05;

const TOO_FEW: AgreementVerdict = { pValue: null, qValue: null, flag: 'too_few' };

/** Returns the share that disagrees, with its interval. It says nothing about a meter's accuracy (ISO 15197). */
export function assessAgreement({ told, disagree }: Agreement): AssessedAgreement {
  if (told === 0) return { told, disagree, rate: null, low: null, high: null };
  return { told, disagree, rate: disagree / told, ...wilsonInterval(disagree, told) };
}

/** Returns the sum of all groups. */
export function sumOf(counts: readonly AgreementCount[]): Agreement {
  return {
    told: counts.reduce((sum, { told, groups }) => sum + told * groups, 0),
    disagree: counts.reduce((sum, { disagree, groups }) => sum + disagree * groups, 0),
  };
}

/** Compares each group with all the others. */
export class AgreementVerdicts {
  readonly #verdicts = new Map<string, AgreementVerdict>();
  /** The agreements of the groups that disagree more than the rest. */
  readonly high: readonly Agreement[];

  /** @param counts hold every reading once, and each distinct agreement once */
  constructor(counts: readonly AgreementCount[]) {
    const all = sumOf(counts);
    const tested = counts.filter(({ told }) => told >= FEWEST_TOLD);
    const pValues = tested.map(({ told, disagree, groups }) => ({
      p: fisherExactTest({ trials: told, hits: disagree, allTrials: all.told, allHits: all.disagree }),
      tests: groups,
    }));
    const qValues = falseDiscoveryRates(pValues);
    for (const [index, agreement] of tested.entries()) {
      const [pValue, qValue] = [pValues[index]?.p ?? 1, qValues[index] ?? 1];
      const flag = qValue <= FALSE_DISCOVERY_RATE ? 'high' : null;
      this.#verdicts.set(keyOf(agreement), { pValue, qValue, flag });
    }
    this.high = tested.filter((agreement) => this.of(agreement).flag === 'high');
  }

  /** Returns the verdict on one of the counted groups. */
  of(agreement: Agreement): AgreementVerdict {
    return this.#verdicts.get(keyOf(agreement)) ?? TOO_FEW;
  }
}

function keyOf({ told, disagree }: Agreement): string {
  return `${told} ${disagree}`;
}
