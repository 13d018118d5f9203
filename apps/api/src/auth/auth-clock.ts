/** The two clocks that tokens are judged by. */
export interface AuthClock {
  /** Milliseconds since 1970 by the machine's clock, which may jump. `exp` and `nbf` are compared with it. */
  wall(): number;
  /** Milliseconds since an arbitrary start; it never jumps. Ages and waits are measured with it. */
  monotonic(): number;
}

export const systemAuthClock: AuthClock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};
