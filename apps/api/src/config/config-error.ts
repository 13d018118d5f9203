/** What is wrong with one variable. */
export interface ConfigFault {
  /** Name of the environment variable. */
  readonly name: string;
  /** What is wrong and what it should be; never its value. */
  readonly problem: string;
}

/** The configuration cannot be used. Holds every fault, so that a person can mend them all at once. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  /** @param hints sentences that may explain a fault: a misspelt name is why a setting is missing */
  constructor(faults: readonly ConfigFault[], hints: readonly string[] = []) {
    const lines = [...faults.map(({ name, problem }) => `${name} ${problem}`), ...hints];
    super(`The configuration is wrong:\n${lines.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}
