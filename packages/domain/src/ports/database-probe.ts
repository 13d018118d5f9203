/** One question put to the store, and its answer. */
export interface ProbeResult {
  /** Stable name of the check, for example `database_connectivity_test`. */
  readonly checker: string;
  readonly passed: boolean;
  /** One line for an operator; never a secret, never an address. */
  readonly output: string;
}

/** Asks the store whether it can serve. */
export interface DatabaseProbe {
  /**
   * Returns every check, passed or not, within 1.5 s. A store that is down or silent is a result, not an error: this never rejects.
   */
  check(): Promise<readonly ProbeResult[]>;
}
