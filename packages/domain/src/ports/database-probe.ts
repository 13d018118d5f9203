/** The stable names of the checks, in the order of their results: whether the store is reached, and whether its schema fits. */
export const DATABASE_CHECKERS = ['database_connectivity_test', 'database_version_test'] as const;

/** One question put to the store, and its answer. */
export interface ProbeResult {
  readonly checker: (typeof DATABASE_CHECKERS)[number];
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
