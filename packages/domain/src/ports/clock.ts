import type { Instant } from '../values/instant.js';

/** Returns the current time. */
export interface Clock {
  /** The present instant. */
  now(): Instant;
}
