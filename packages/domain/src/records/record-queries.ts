import type { Page, PageRequest } from './page.js';

/** Which part of an owner's records to return. */
export interface ListRequest extends PageRequest {
  /** Whether to count the whole list as well. */
  readonly withTotal?: boolean | undefined;
}

/** One page of an owner's records. */
export interface ListPage<Entity> extends Page<Entity> {
  /** The length of the whole list, if requested. */
  readonly total?: number | undefined;
}

/**
 * Reads several records of one kind at a time. `recordQueriesContract` in `./testing` states what it promises.
 * Every method throws UnavailableError when the store cannot answer.
 */
export interface RecordQueries<Owner, Entity> {
  /**
   * Lists an owner's records: installations in the order of `compareLatestFirst`, meters in that of
   * `compareLatestVerifiedFirst`. A walk through the pages returns every record that was present throughout, and
   * whose place did not change, exactly once. The cost of a page does not grow with its depth.
   *
   * @throws InvalidPlaceError when `after` is not a place of such a list
   */
  list(ownerId: Owner, request: ListRequest): Promise<ListPage<Entity>>;
}
