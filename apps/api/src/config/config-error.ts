/** What is wrong with one variable. */
export interface ConfigFault {
  /** Name of the environment variable. */
  readonly name: string;
  /** What is wrong and what it should be; never its value. */
  readonly problem: string;
}

/** The configuration can not be used. Holds every fault there is, for a person to mend them all at once. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ name, problem }) => `  ${name} ${problem}`);
    super(`The configuration is wrong:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}
