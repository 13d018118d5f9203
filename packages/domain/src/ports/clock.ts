import type { Instant } from '../values/instant.js';

/** Tells the time. */
export interface Clock {
  /** The present instant. */
  now(): Instant;
}
