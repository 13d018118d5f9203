/** The two clocks that tokens are judged by. */
export interface AuthClock {
  /** Milliseconds since 1970 as the machine believes; it may jump. `exp` and `nbf` are compared with it. */
  wall(): number;
  /** Milliseconds since some start; it never jumps. Ages and waits are counted with it. */
  monotonic(): number;
}

export const systemAuthClock: AuthClock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};
