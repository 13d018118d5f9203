import type { Page, PageRequest } from './page.js';

/** Which part of the results of a search to return. */
export interface SearchRequest extends PageRequest {
  /** Counts the results as well, up to this number. Absent: does not count them. */
  readonly countUpTo?: number | undefined;
}

/** The total number of results of a search. */
export interface Total {
  readonly count: number;
  /** False: there are more than `count`. */
  readonly exact: boolean;
}

/** One page of the results of a search. */
export interface SearchPage<Entity> extends Page<Entity> {
  /** Present if requested. */
  readonly total?: Total | undefined;
}

/**
 * Returns the total for a number of results.
 *
 * @param found how many there are; counting may stop one above `most`
 */
export function totalOf(found: number, most: number): Total {
  return { count: Math.min(found, most), exact: found <= most };
}
