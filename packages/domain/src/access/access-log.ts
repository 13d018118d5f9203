import type { Page, PageRequest } from '../records/page.js';
import type { Instant } from '../values/instant.js';
import type { Access, NewAccess } from './access.js';

/** Records who read whose data. `accessLogContract` in `./testing` states what it promises. */
export interface AccessLog {
  /**
   * Stores an access. Ids of people who were erased and have had no record since are stored as `erased`, except the actor's.
   *
   * @throws UnavailableError when the store cannot answer
   */
  append(access: NewAccess): Promise<void>;
  /**
   * Removes the oldest accesses of those that are older than so many days of 24 hours, by the store's clock: a caller whose
   * clock is wrong must not empty the log.
   *
   * @param most the maximum number to remove
   * @returns how many were removed
   */
  removeOlderThan(days: number, most: number): Promise<number>;
}

/** Which accesses to list: those that meet every condition. */
export interface AccessFilter {
  /** About this person: see `isAbout`. */
  readonly personId?: string | undefined;
  readonly actor?: string | undefined;
  /** At this instant or later. */
  readonly from?: Instant | undefined;
  /** Earlier than this instant. */
  readonly before?: Instant | undefined;
}

/** Reads the accesses. */
export interface AccessQueries {
  /**
   * Lists accesses, newest first; of equal instants the one that was stored last comes first.
   *
   * @throws InvalidPlaceError when `after` is not a place of such a list; UnavailableError when the store cannot answer
   */
  list(filter: AccessFilter, request: PageRequest): Promise<Page<Access>>;
}
