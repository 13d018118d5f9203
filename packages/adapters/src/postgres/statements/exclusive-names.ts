/**
 * The maximum number of waiting calls with one exclusive name. They run one after the other: more of them, for one row
 * that changes again and again, would delay other callers or have them refused.
 */
export const MOST_OF_A_NAME = 64;

/** Lets inputs with the same name run one after the other. An input without a name never waits. */
export class ExclusiveNames<Input> {
  readonly #nameOf: ((input: Input) => string) | undefined;
  readonly #running = new Set<string>();
  /** The number of calls with each name, including the one that runs. */
  readonly #calls = new Map<string, number>();

  constructor(nameOf: ((input: Input) => string) | undefined) {
    this.#nameOf = nameOf;
  }

  /** Counts one more call, unless there are too many of its name. */
  enter(input: Input): boolean {
    const name = this.#nameOf?.(input);
    if (name === undefined) return true;
    const calls = this.#calls.get(name) ?? 0;
    if (calls >= MOST_OF_A_NAME) return false;
    this.#calls.set(name, calls + 1);
    return true;
  }

  /** Counts one call less: it has ended, or will not run. */
  leave(input: Input): void {
    const name = this.#nameOf?.(input);
    if (name === undefined) return;
    const left = (this.#calls.get(name) ?? 0) - 1;
    if (left > 0) this.#calls.set(name, left);
    else this.#calls.delete(name);
  }

  /** Whether an input may run now: no other one with its name runs. */
  begin(input: Input): boolean {
    const name = this.#nameOf?.(input);
    if (name === undefined) return true;
    if (this.#running.has(name)) return false;
    this.#running.add(name);
    return true;
  }

  /** Lets the next input with the same name run. */
  end(input: Input): void {
    const name = this.#nameOf?.(input);
    if (name !== undefined) this.#running.delete(name);
  }
}
