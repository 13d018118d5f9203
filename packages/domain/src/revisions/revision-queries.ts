import type { RecordRef } from '../records/outcomes.js';
import type { Page, PageRequest } from '../records/page.js';
import type { Revision } from './revision.js';

/** One page of a record's revisions. */
export interface RevisionPage<Entity> extends Page<Entity> {
  /** Newest first, without a gap. */
  readonly results: readonly Revision<Entity>[];
  /** False if the record changed before its states were kept: what preceded the oldest is unknown. */
  readonly complete: boolean;
}

/**
 * Reads the revisions of one kind of record. The store keeps a state whenever a record changes, no matter who changes it.
 * Deleting a record deletes its states, and a change of its owner drops the earlier ones. `revisionQueriesContract` in
 * `./testing` states what it promises.
 */
export interface RevisionQueries<Owner, Entity> {
  /**
   * Lists the revisions of a record, newest first; undefined if the owner has no record with that id. A walk through the
   * pages returns every state that existed when it began exactly once. The cost of a page does not grow with its depth.
   *
   * @throws InvalidPlaceError when `after` is not a place of such a list
   * @throws UnavailableError when the store cannot answer
   */
  listRevisions(ref: RecordRef<Owner>, request: PageRequest): Promise<RevisionPage<Entity> | undefined>;
}
