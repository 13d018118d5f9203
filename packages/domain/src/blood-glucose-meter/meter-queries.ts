import type { Agreement, AgreementCount, AgreementGroup } from '../meter-verification/assess-agreement.js';
import type { Page, PageRequest } from '../records/record-queries.js';
import type { Total } from '../records/total.js';
import type { Instant } from '../values/instant.js';
import type { BloodGlucoseMeter } from './blood-glucose-meter.js';
import type { MeterFilter } from './meter-filter.js';

/** A search for meters of all patients. */
export interface MeterSearch extends PageRequest {
  readonly filter: MeterFilter;
  /** `newest`: by date of verification, `created` and id, all descending. `oldest`: all ascending. */
  readonly order: 'newest' | 'oldest';
  /** Whether the results are counted. */
  readonly total: boolean;
}

/** A part of what a search found. */
export interface FoundMeters extends Page<BloodGlucoseMeter> {
  /** How many there are in all. Present when it was wanted. */
  readonly found?: Total;
}

/** What readings are grouped by. */
export type AgreementDimension = 'app_version' | 'serial_number' | 'phone_os' | 'manufacturer' | 'model';

/** Which readings are counted. Readings without an answer never are. */
export type AgreementFilter = Pick<MeterFilter, 'appProduct' | 'verifiedFrom' | 'verifiedBefore' | 'latestTold'>;

/** Which readings are counted, how they are grouped, and which groups are wanted. */
export interface AgreementRequest {
  readonly filter: AgreementFilter;
  /** Absent: all are one group, whose name is null. */
  readonly by?: AgreementDimension | undefined;
  /** How many groups are wanted at most. */
  readonly top: number;
  /** Chooses the groups that come first, once all are counted: those with one of the agreements that it returns. */
  readonly first: (counts: readonly AgreementCount[]) => readonly Agreement[];
}

/** How many readings of each group patients answered, and how many they called wrong. */
export interface CountedAgreement {
  /** All groups; none is empty. */
  readonly counts: readonly AgreementCount[];
  /** Those that are wanted: first the chosen ones, then by disagree and told descending and name by bytes, null last. */
  readonly groups: readonly AgreementGroup[];
  readonly asOf: Instant;
}

/**
 * Reads the meters of all patients. What it promises is written as `meterQueriesContract` in `./testing`. Every method
 * throws UnavailableError when the store cannot answer in time.
 */
export interface MeterQueries {
  /**
   * Finds meters, page by page. The cost of a page does not grow with its depth.
   *
   * @throws InvalidPlaceError when `after` is not a place of such a search
   */
  search(search: MeterSearch): Promise<FoundMeters>;

  /** Counts what patients said about the values that their meters sent, in one state of the store. */
  countAgreement(request: AgreementRequest): Promise<CountedAgreement>;
}
