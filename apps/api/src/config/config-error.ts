/** One variable's fault. */
export interface ConfigFault {
  /** Name of the environment variable. */
  readonly name: string;
  /** What is wrong and what is expected; never the value. */
  readonly problem: string;
}

/** The configuration is unusable. Holds every fault, so that a person can fix them all at once. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  /** @param hints sentences that may explain a fault, for example a misspelt name behind a missing setting */
  constructor(faults: readonly ConfigFault[], hints: readonly string[] = []) {
    const lines = [...faults.map(({ name, problem }) => `${name} ${problem}`), ...hints];
    super(`The configuration is wrong:\n${lines.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}
