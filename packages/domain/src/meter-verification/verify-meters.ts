import type { AgreementDimension, AgreementFilter, MeterQueries } from '../blood-glucose-meter/meter-queries.js';
import type { Instant } from '../values/instant.js';
import {
  type Agreement,
  type AgreementCount,
  type AgreementVerdict,
  AgreementVerdicts,
  type AssessedAgreement,
  assessAgreement,
  sumOf,
} from './assess-agreement.js';

/** Which readings a report covers. */
export interface VerifyMeters {
  readonly filter: AgreementFilter;
  /** Absent: return only the overall figures. */
  readonly by?: AgreementDimension | undefined;
  /** The maximum number of groups to show. */
  readonly top: number;
}

/** How often patients confirm what their meters send. */
export interface MeterVerification {
  readonly asOf: Instant;
  /** Of all readings. */
  readonly overall: AssessedAgreement;
  /** Groups that disagree more than the rest come first, then by disagree and told descending, then by name; none without `by`. */
  readonly groups: readonly AssessedGroup[];
  /** All groups that are not shown, summed. */
  readonly other: Agreement & { readonly groups: number };
}

/** A group and its verdict. */
export interface AssessedGroup extends AssessedAgreement, AgreementVerdict {
  /** What its readings have in common; null for readings whose phone is unknown. */
  readonly name: string | null;
}

/**
 * Reports how often patients confirm what their meters send, and which group of meters differs from the rest. It does
 * not measure a meter's accuracy (ISO 15197).
 *
 * The use case throws NotBuiltError or UnavailableError.
 */
export function verifyMeters(ports: { meters: MeterQueries }): (request: VerifyMeters) => Promise<MeterVerification> {
  return async ({ filter, by, top }) => {
    let verdicts: AgreementVerdicts | undefined;
    const verdictsOn = (all: readonly AgreementCount[]) => {
      verdicts ??= new AgreementVerdicts(all);
      return verdicts;
    };
    const { counts, groups, asOf } = await ports.meters.countAgreement({
      filter,
      by,
      top: by === undefined ? 0 : top,
      first: (all) => verdictsOn(all).high,
    });
    const all = sumOf(counts);
    const shown = sumOf(groups.map((group) => ({ ...group, groups: 1 })));
    const hidden = by === undefined ? 0 : counts.reduce((sum, count) => sum + count.groups, 0) - groups.length;
    return {
      asOf,
      overall: assessAgreement(all),
      groups: groups.map((group) => ({ name: group.name, ...assessAgreement(group), ...verdictsOn(counts).of(group) })),
      other:
        hidden === 0
          ? { groups: 0, told: 0, disagree: 0 }
          : { groups: hidden, told: all.told - shown.told, disagree: all.disagree - shown.disagree },
    };
  };
}
