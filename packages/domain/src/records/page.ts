import type { Instant } from '../values/instant.js';

/** Which part of a list to return. */
export interface PageRequest {
  /** The maximum number of results; at least 1. */
  readonly limit: number;
  /** The page starts after the result with this place, taken from an earlier page of the same list. Absent: at the start. */
  readonly after?: string | undefined;
}

/** A record in a list. */
export interface Listed<Entity> {
  readonly record: Entity;
  /**
   * Identifies its place in the list's order, even after the record has changed or is gone. Only the port that made it
   * can read it; it has a few hundred characters at most.
   */
  readonly place: string;
}

/** One page of a list. */
export interface Page<Entity> {
  /** As many as requested; fewer if they would take too much memory, but at least one if there is any. */
  readonly results: readonly Listed<Entity>[];
  /** Whether there was at least one more result at that moment. */
  readonly more: boolean;
  /** Everything stored by this moment is in the list; later records may be. */
  readonly asOf: Instant;
}
