import type { Clock, Instant } from '../src/index.js';

/** A clock that stands still until it is set. */
export interface FixedClock extends Clock {
  /** Sets the time. */
  set(instant: Instant): void;
}

/** Returns a clock that always shows the given instant. */
export function fixedClock(start: Instant): FixedClock {
  let current = start;
  return {
    now: () => current,
    set: (instant) => {
      current = instant;
    },
  };
}
