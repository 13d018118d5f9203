/** The total number of results of a search. */
export interface Total {
  readonly count: number;
  /** False: there are more than `count`. */
  readonly exact: boolean;
}

/** Counting stops here: no one reads further, and a database should not. */
export const MOST_COUNTED = 10_000;

/**
 * Returns the total for a number of results.
 *
 * @param found how many there are; counting may stop one above {@link MOST_COUNTED}
 */
export function totalOf(found: number): Total {
  return { count: Math.min(found, MOST_COUNTED), exact: found <= MOST_COUNTED };
}
