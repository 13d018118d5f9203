import type { ListPage, ListRequest, RecordQueries } from './record-queries.js';

/** Lists the records of one owner; see {@link listRecords}. */
export type ListUseCase<Owner, Entity> = (ownerId: Owner, request: ListRequest) => Promise<ListPage<Entity>>;

/**
 * Lists the records of one owner, page by page.
 *
 * The use case throws InvalidPlaceError or UnavailableError.
 */
export function listRecords<Owner, Entity>(ports: {
  queries: RecordQueries<Owner, Entity>;
}): ListUseCase<Owner, Entity> {
  return (ownerId, request) => ports.queries.list(ownerId, request);
}
