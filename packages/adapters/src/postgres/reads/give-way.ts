import { setTimeout as sleep } from 'node:timers/promises';

/** How long to count transactions before judging whether others write, in milliseconds. */
const SAMPLE_MS = 250;

/** Fewer writing transactions a second do not count as others writing: the fold itself makes one or two. */
const FEWEST_WRITES = 10;

/** How many times as long as a piece of work the rest after it is: work that gives way keeps a fifth of its speed. */
const REST_RATIO = 4;

/** The longest rest, in milliseconds. */
const LONGEST_REST_MS = 1_000;

/** The statement that reads how many transactions have written to the server so far, as `number`. */
export const COUNT_TRANSACTIONS = 'select pg_snapshot_xmax(pg_current_snapshot()) as number';

/** A clock, and waiting by it. */
export interface Pace {
  /** In milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const REAL_PACE: Pace = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/**
 * Lets long work give way to writes: while others write to the database, it rests after each piece of work, in proportion to
 * how long that took, so that what it takes from the cores stays small however crowded they are. When nobody writes, it never
 * rests. It always goes on, at a fifth of its speed at least.
 *
 * Whether others write is known from the number of transactions that have written to the server so far, those of other
 * processes and programs included.
 */
export class GiveWay {
  readonly #pace: Pace;
  #sample: { readonly at: number; readonly transactions: number } | undefined;
  #othersWrite = false;
  #restsUntil = 0;
  #lastTook = 0;

  constructor(pace = REAL_PACE) {
    this.#pace = pace;
  }

  /** Whether others write: pieces of work should then be small, because only rests between them let others through. */
  get othersWrite(): boolean {
    return this.#othersWrite;
  }

  /**
   * Waits until the next piece may begin. If several wait, they take turns.
   *
   * @throws the signal's reason
   */
  async turn(signal: AbortSignal): Promise<void> {
    for (let left = this.#restsUntil - this.#pace.now(); left > 0; left = this.#restsUntil - this.#pace.now()) {
      await this.#pace.sleep(left, signal).catch(() => signal.throwIfAborted());
    }
    // Whoever else waits lets this piece end, if it takes no longer than the last one, and then rests.
    this.#rest((1 + REST_RATIO) * this.#lastTook);
  }

  /**
   * Reports a piece of work that has ended.
   *
   * @param took how long it took, in milliseconds
   * @param transactions how many transactions had written by its beginning; undefined where nobody writes (a replica)
   */
  ended(took: number, transactions: number | undefined): void {
    this.#observe(transactions);
    this.#lastTook = took;
    this.#rest(REST_RATIO * took);
  }

  /**
   * Returns a function that rests between two parts of one piece of work, as long as after a piece, but no longer in all than
   * so many milliseconds: for work that holds a transaction. It takes how long the first part took.
   */
  restsWithin(most: number, signal: AbortSignal): (took: number) => Promise<void> {
    let left = most;
    return async (took) => {
      if (!this.#othersWrite || left <= 0) return;
      const rest = Math.min(REST_RATIO * took, left);
      left -= rest;
      await this.#pace.sleep(rest, signal).catch(() => signal.throwIfAborted());
    };
  }

  #rest(ms: number): void {
    this.#restsUntil = this.#othersWrite ? this.#pace.now() + Math.min(ms, LONGEST_REST_MS) : 0;
  }

  #observe(transactions: number | undefined): void {
    const at = this.#pace.now();
    if (transactions === undefined) {
      this.#sample = undefined;
      this.#othersWrite = false;
      return;
    }
    const sample = this.#sample;
    const elapsed = sample === undefined ? 0 : at - sample.at;
    if (sample !== undefined && elapsed < SAMPLE_MS) return;
    if (sample !== undefined) {
      this.#othersWrite = (transactions - sample.transactions) * 1_000 >= FEWEST_WRITES * elapsed;
    }
    this.#sample = { at, transactions };
  }
}
