import type { AuthClock } from '../../src/auth/auth-clock.js';

/** A clock that stands still until a test moves it. */
export class FakeClock implements AuthClock {
  #wall: number;
  #monotonic = 1_000;

  /** Begins within a second, to expose code that counts only whole seconds. */
  constructor(wall = Date.UTC(2026, 5, 1, 12, 0, 0, 400)) {
    this.#wall = wall;
  }

  wall(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Time passes. */
  advance(milliseconds: number): void {
    this.#wall += milliseconds;
    this.#monotonic += milliseconds;
  }

  /** Sets the machine's clock; no time passes. */
  jump(milliseconds: number): void {
    this.#wall += milliseconds;
  }

  /** Seconds since 1970, as tokens count them. */
  seconds(): number {
    return this.#wall / 1000;
  }
}
