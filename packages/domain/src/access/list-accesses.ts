import type { Page, PageRequest } from '../records/page.js';
import type { Access } from './access.js';
import type { AccessFilter, AccessQueries } from './access-log.js';

/** Lists accesses, newest first. */
export type ListAccesses = (filter: AccessFilter, request: PageRequest) => Promise<Page<Access>>;

/**
 * Returns the use case that lists accesses.
 *
 * @throws InvalidPlaceError when `after` is not a place of the list
 */
export function listAccesses({ accesses }: { readonly accesses: AccessQueries }): ListAccesses {
  return (filter, request) => accesses.list(filter, request);
}
