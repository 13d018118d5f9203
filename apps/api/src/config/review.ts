import type { ConfigFault } from './config-error.js';
import type { Env } from './read-settings.js';
import type { SettingName } from './settings.js';

/** The settings that `NAME_FILE` may stand in for. */
type SecretName = 'HS_KEY' | 'DATABASE_PASSWORD' | 'DASHBOARD_CLIENT_SECRET' | 'DASHBOARD_SESSION_KEY';

/** Collects the faults and warnings of a configuration while it is built. */
export class Review {
  readonly faults: ConfigFault[];
  readonly warnings: string[] = [];
  readonly #env: Env;
  readonly #readFile: (path: string) => string;

  constructor(env: Env, faults: readonly ConfigFault[], readFile: (path: string) => string) {
    this.#env = env;
    this.faults = [...faults];
    this.#readFile = readFile;
  }

  /** @param problem what is wrong and what is expected, to be read after the name; without secrets */
  fault(name: SettingName, problem: string): void {
    this.faults.push({ name, problem });
  }

  warn(sentence: string): void {
    // Traces and metrics share variables.
    if (!this.warnings.includes(sentence)) this.warnings.push(sentence);
  }

  isSet(name: SettingName): boolean {
    return this.#env[name] !== undefined && this.#env[name] !== '';
  }

  /** Whether the variable is present, even if empty. */
  isPresent(name: SettingName): boolean {
    return this.#env[name] !== undefined;
  }

  isWrong(name: SettingName): boolean {
    return this.faults.some((fault) => fault.name === name);
  }

  /** Returns the text of a file that a setting names; undefined after a fault. */
  file(name: SettingName, path: string): string | undefined {
    try {
      return this.#readFile(path);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      this.fault(name, `must name a file that can be read (${code})`);
      return undefined;
    }
  }

  /**
   * Returns a secret from a variable, or from a file that another variable names; undefined if neither is set, or after a
   * fault. One line break at the end of a file, which editors add, is not part of the secret.
   */
  secret(name: SecretName): string | undefined {
    const fileVariable = `${name}_FILE` as const;
    const path = this.#env[fileVariable];
    if (path === undefined || path === '') return this.#env[name];
    if (this.isSet(name)) {
      this.fault(fileVariable, `must not be set together with ${name}`);
      return undefined;
    }
    const content = this.file(fileVariable, path)?.replace(/\r?\n$/, '');
    if (content === '') {
      this.fault(fileVariable, 'must name a file that holds the secret (it is empty)');
      return undefined;
    }
    return content;
  }
}
