import type { Instant } from '../values/instant.js';

/** A part of a list that a caller wants. */
export interface PageRequest {
  /** How many results at most; at least 1. */
  readonly limit: number;
  /** The place of the result after which the page begins, from an earlier page of the same list. Absent: at the start. */
  readonly after?: string | undefined;
  /** Whether to count the whole list as well. */
  readonly withTotal?: boolean | undefined;
}

/** A record in a list. */
export interface Listed<Entity> {
  readonly record: Entity;
  /**
   * Names its place in the list's order, also once the record has changed or is gone. Only the port that made it can
   * read it; it has a few hundred characters at most.
   */
  readonly place: string;
}

/** A part of a list. */
export interface Page<Entity> {
  /** As many as were wanted; fewer where they would take too much memory, but at least one while there is any. */
  readonly results: readonly Listed<Entity>[];
  /** Whether there was at least one more at that moment. */
  readonly more: boolean;
  /** How many there are in the whole list, where it was asked for. */
  readonly total?: number | undefined;
  /** What was stored by this moment is in the list; what was stored since may be. */
  readonly asOf: Instant;
}

/**
 * Reads the records of one kind beyond the first. What it promises is written as `recordQueriesContract` in `./testing`.
 * Every method throws UnavailableError when the store cannot answer.
 */
export interface RecordQueries<Owner, Entity> {
  /**
   * Lists an owner's records: installations in the order of `compareLatestFirst`, meters in that of
   * `compareLatestVerifiedFirst`. A walk from page to page returns every record that was there throughout, and whose
   * place did not change, exactly once. Its cost does not grow with its depth.
   *
   * @throws InvalidPlaceError when `after` is not a place of such a list
   */
  list(ownerId: Owner, request: PageRequest): Promise<Page<Entity>>;
}
