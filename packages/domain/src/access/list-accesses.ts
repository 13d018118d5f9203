import type { Page, PageRequest } from '../records/record-queries.js';
import type { Access } from './access.js';
import type { AccessFilter, AccessQueries } from './access-log.js';

/** Lists accesses, newest first. */
export type ListAccesses = (filter: AccessFilter, request: Omit<PageRequest, 'withTotal'>) => Promise<Page<Access>>;

/**
 * Returns the use case that lists accesses.
 *
 * @throws InvalidPlaceError when `after` is not a place of the list
 */
export function listAccesses({ accesses }: { readonly accesses: AccessQueries }): ListAccesses {
  return (filter, request) => accesses.list(filter, request);
}
