import type { Device, Installation } from '../installation/installation.js';
import type { Page, PageRequest } from '../records/record-queries.js';
import type { InstallationOwnerId } from '../values/ids.js';
import type { Instant } from '../values/instant.js';
import type { Text } from '../values/text.js';
import type { VersionRange } from './version-order.js';

/** A person who runs a product: the unit that search and reports count. */
export interface FleetMember<D extends Device> {
  readonly ownerId: InstallationOwnerId;
  readonly appProduct: Text;
  /** The effective date of the current installation. */
  readonly since: Instant;
  /** Since when the current installation has run its present version. */
  readonly versionSince: Instant;
  /** The latest `modified` of the person's installations of the product. */
  readonly lastSeen: Instant;
  /** How many installations of the product the person has. */
  readonly installations: number;
  /** The current one. */
  readonly installation: Installation<D>;
}

/** A text of a member that can be looked for. */
export type FleetText<D extends Device> = 'ownerId' | (keyof D & string);

/** From an instant on, and before another. */
export interface InstantRange {
  readonly from?: Instant | undefined;
  readonly before?: Instant | undefined;
}

/** Which members are wanted: those for whom all of it holds. */
export interface FleetFilter<D extends Device> {
  /** The text is one of these. */
  readonly equal?: { readonly [Name in FleetText<D>]?: readonly string[] | undefined } | undefined;
  /** The text is a version in this range. */
  readonly versions?: { readonly [Name in keyof D & string]?: VersionRange | undefined } | undefined;
  readonly since?: InstantRange | undefined;
  readonly lastSeen?: InstantRange | undefined;
}

/** An order of members; ties by owner, then product, ascending by code point. */
export interface FleetOrder {
  readonly by: 'since' | 'lastSeen';
  readonly direction: 'ascending' | 'descending';
}

/** A part of the members that are wanted. */
export interface FleetSearch<D extends Device> extends Omit<PageRequest, 'withTotal'> {
  readonly filter: FleetFilter<D>;
  readonly order: FleetOrder;
  /** Count all members that are wanted, but not beyond this. Absent: they are not counted. */
  readonly countUpTo?: number | undefined;
}

/** How many there are. */
export interface FleetTotal {
  readonly count: number;
  /** False: there are more than `count`. */
  readonly exact: boolean;
}

/** A page of members. `asOf`: what was stored by then, and had become effective by then, is in it. */
export interface FleetPage<D extends Device> extends Omit<Page<FleetMember<D>>, 'total'> {
  readonly total?: FleetTotal | undefined;
}

/** Reads across the people of one kind. What it promises is written as `fleetQueriesContract` in `./testing`. */
export interface FleetQueries<D extends Device> {
  /**
   * Returns the members that are wanted, page by page. A walk from page to page returns every member that was there
   * throughout, and whose place did not change, exactly once. Its cost does not grow with its depth.
   *
   * Versions beyond the first 10,000 of a product are in no range of versions.
   *
   * @throws InvalidPlaceError when `after` is no place in such an order; NotBuiltError while the state that it reads is
   * built for the first time; UnavailableError
   */
  search(search: FleetSearch<D>): Promise<FleetPage<D>>;
}
