import type { Agreement, AgreementCount, AgreementGroup } from '../meter-verification/assess-agreement.js';
import type { SearchPage, SearchRequest } from '../records/search.js';
import type { Instant } from '../values/instant.js';
import type { BloodGlucoseMeter } from './blood-glucose-meter.js';
import type { MeterFilter } from './meter-filter.js';

/** A search for meters of all patients. */
export interface MeterSearch extends SearchRequest {
  readonly filter: MeterFilter;
  /** `newest`: by date of verification, `created` and id, all descending. `oldest`: all ascending. */
  readonly order: 'newest' | 'oldest';
}

/** What to group readings by. */
export type AgreementDimension = 'app_version' | 'serial_number' | 'phone_os' | 'manufacturer' | 'model';

/** Which readings to count. Readings without an answer never count. */
export type AgreementFilter = Pick<MeterFilter, 'appProduct' | 'verifiedFrom' | 'verifiedBefore' | 'latestTold'>;

/** Which readings to count, how to group them, and which groups to return. */
export interface AgreementRequest {
  readonly filter: AgreementFilter;
  /** Absent: all readings form one group, whose name is null. */
  readonly by?: AgreementDimension | undefined;
  /** The maximum number of groups to return. */
  readonly top: number;
  /** Called once all groups are counted; the groups with one of the agreements it returns come first. */
  readonly first: (counts: readonly AgreementCount[]) => readonly Agreement[];
}

/** How many readings of each group patients answered, and how many they called wrong. */
export interface CountedAgreement {
  /** All groups; none is empty. */
  readonly counts: readonly AgreementCount[];
  /** The requested groups: the chosen ones first, then by disagree and told descending, then by name in byte order, null last. */
  readonly groups: readonly AgreementGroup[];
  readonly asOf: Instant;
}

/**
 * Reads the meters of all patients. `meterQueriesContract` in `./testing` states what it promises. Every method
 * throws UnavailableError when the store cannot answer in time.
 */
export interface MeterQueries {
  /**
   * Finds meters, page by page. The cost of a page does not grow with its depth.
   *
   * @throws InvalidPlaceError when `after` is not a place of such a search
   */
  search(search: MeterSearch): Promise<SearchPage<BloodGlucoseMeter>>;

  /**
   * Counts what patients said about the values that their meters sent, in one state of the store, up to 5 s old.
   *
   * @throws NotBuiltError while the state it reads is being built for the first time
   */
  countAgreement(request: AgreementRequest): Promise<CountedAgreement>;
}
