import type { RecordRef } from '../records/outcomes.js';
import type { Page, PageRequest } from '../records/record-queries.js';
import type { Revision } from './revision.js';

/** A part of a record's revisions. */
export interface RevisionPage<Entity> extends Page<Entity> {
  /** Newest first, without a gap. */
  readonly results: readonly Revision<Entity>[];
  /** False where the record was changed before its states were kept: what was before the oldest is not known. */
  readonly complete: boolean;
}

/**
 * Reads the revisions of one kind of record. The store keeps a state whenever a record changes, whoever changes it. They
 * go with a deleted record, and a change of its owner drops the earlier ones. What it promises is written as
 * `revisionQueriesContract` in `./testing`.
 */
export interface RevisionQueries<Owner, Entity> {
  /**
   * Lists the revisions of a record, newest first; undefined when the owner has no record of that id. A walk from page to
   * page returns every state that there was when it began exactly once. Its cost does not grow with its depth.
   *
   * @throws InvalidPlaceError when `after` is not a place of such a list
   * @throws UnavailableError when the store cannot answer
   */
  listRevisions(ref: RecordRef<Owner>, request: PageRequest): Promise<RevisionPage<Entity> | undefined>;
}
