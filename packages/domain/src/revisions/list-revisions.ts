import { foundRecord, type RecordRef } from '../records/outcomes.js';
import type { PageRequest } from '../records/page.js';
import type { RevisionPage, RevisionQueries } from './revision-queries.js';

/** Lists the revisions of one record; see {@link listRevisions}. */
export type ListRevisionsUseCase<Owner, Entity> = (
  ref: RecordRef<Owner>,
  request: PageRequest,
) => Promise<RevisionPage<Entity>>;

/**
 * Lists the revisions of one record, newest first, page by page.
 *
 * The use case throws NotFoundError, InvalidPlaceError or UnavailableError.
 */
export function listRevisions<Owner, Entity>(ports: {
  revisions: RevisionQueries<Owner, Entity>;
}): ListRevisionsUseCase<Owner, Entity> {
  return async (ref, request) => foundRecord(await ports.revisions.listRevisions(ref, request));
}
