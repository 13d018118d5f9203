import type { Device, Installation } from '../installation/installation.js';
import type { SearchPage, SearchRequest } from '../records/search.js';
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

/** A text field of a member that can be searched. */
export type FleetText<D extends Device> = 'ownerId' | (keyof D & string);

/** From one instant, inclusive, to another, exclusive. */
export interface InstantRange {
  readonly from?: Instant | undefined;
  readonly before?: Instant | undefined;
}

/** Which members to find: those who meet every condition. */
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

/** A search for members. */
export interface FleetSearch<D extends Device> extends SearchRequest {
  readonly filter: FleetFilter<D>;
  readonly order: FleetOrder;
}

/** Reads across the people of one kind. `fleetQueriesContract` in `./testing` states what it promises. */
export interface FleetQueries<D extends Device> {
  /**
   * Returns the matching members, page by page; everything stored and effective by `asOf` counts. A walk through the pages
   * returns each member that was present throughout, and whose place did not change, exactly once. The cost of a page does
   * not grow with its depth.
   *
   * A version that reports count as `other`, because its product has more than 10,000, is in no range of versions. Of more
   * than 10,000 versions of systems, those beyond the first 10,000 by code point are in none either. Neither is a version
   * of more than 1,000 bytes.
   *
   * @throws InvalidPlaceError if `after` is not a place in such an order; NotBuiltError while the state it reads is being
   * built for the first time; UnavailableError
   */
  search(search: FleetSearch<D>): Promise<SearchPage<FleetMember<D>>>;
}
