import type { FleetFilter } from '../fleet/fleet-queries.js';
import type { Device } from '../installation/installation.js';
import type { Instant } from '../values/instant.js';
import type { Text } from '../values/text.js';

/** Which members are counted, and how they are grouped. */
export interface GroupRequest<D extends Device> {
  readonly filter: FleetFilter<D>;
  /** The texts that the members of a group share. */
  readonly by: readonly (keyof D & string)[];
  /** The maximum number of groups. */
  readonly top: number;
}

/** People who share texts. */
export interface PeopleGroup {
  /** In the order of the request's `by`. */
  readonly names: readonly string[];
  readonly people: number;
}

/** How many people each group has. */
export interface CountedGroups {
  readonly asOf: Instant;
  /** The sum over all groups. */
  readonly people: number;
  /** How many groups there are. */
  readonly groups: number;
  /** By people descending, then names by code point; fewer than requested if they would take too much memory. */
  readonly first: readonly PeopleGroup[];
}

/** How many people ran a version, as its changes from the end of one day to that of the next. */
export interface VersionHistory {
  /** Present for a `version`. */
  readonly appVersion?: Text | undefined;
  /** `unknown`: the version is not known; `other`: versions too many or too long to be distinguished. */
  readonly kind: 'version' | 'unknown' | 'other';
  /** Days from 1970-01-01, in UTC, ascending. */
  readonly days: readonly number[];
  /** How many people the version gained, or lost, by the end of each of these days. */
  readonly changes: readonly number[];
}

/** Who ran which version of a product. Added up to a past day, the changes are the people at its end; all of them, the people now. */
export interface ProductHistory {
  readonly asOf: Instant;
  /** The first day of revisions; undefined if there was no record before them, so that none are missing. */
  readonly completeSince: number | undefined;
  /** How many installations of the product now have an impossible date of first use. */
  readonly clockSuspect: number;
  /** In no order. */
  readonly versions: readonly VersionHistory[];
}

/** Which history to read. */
export interface HistoryRequest {
  readonly appProduct: string;
  /** Ascending. If present, each change is moved to the first of these days on or after its own; later changes are left out. */
  readonly ends?: readonly number[] | undefined;
}

/**
 * Counts the people of one kind, each once per product, in one state of the store. `patientReportsContract` in `./testing`
 * states what it promises. Every method throws NotBuiltError while the state it reads is being built for the first time,
 * and UnavailableError.
 */
export interface FleetReportQueries<D extends Device> {
  /** Counts members by what they run now. */
  countGroups(request: GroupRequest<D>): Promise<CountedGroups>;

  /** Reads how many people ran each version of a product, day by day. */
  readHistory(request: HistoryRequest): Promise<ProductHistory>;
}

/** Two kinds of people run apps. */
export type Audience = 'patient' | 'clinician';

/** A product that people of a kind run now. */
export interface CountedProduct {
  readonly audience: Audience;
  readonly appProduct: string;
  readonly people: number;
  readonly installations: number;
}

/** All products that people run now. */
export interface CountedProducts {
  readonly asOf: Instant;
  /** By audience, then people descending, then product by code point. */
  readonly products: readonly CountedProduct[];
  /** How many are left out because they would take too much memory. */
  readonly omitted: number;
}

/** Counts the products of both kinds of people, in one state of the store. */
export interface ProductQueries {
  /** @throws NotBuiltError, UnavailableError as {@link FleetReportQueries} */
  countProducts(): Promise<CountedProducts>;
}
