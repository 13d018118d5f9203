import type { Clock, Instant } from '../src/index.js';

/** A clock that stands still until it is set. */
export interface FixedClock extends Clock {
  /** From now on it is this instant. */
  set(instant: Instant): void;
}

/** Makes a clock that always tells the given instant. */
export function fixedClock(start: Instant): FixedClock {
  let current = start;
  return {
    now: () => current,
    set: (instant) => {
      current = instant;
    },
  };
}
