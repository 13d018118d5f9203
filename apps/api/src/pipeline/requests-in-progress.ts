import type { Bound } from '../http/memory-budget.js';
import { OVERLOADED, TOO_SLOW } from '../http/problems.js';
import type { Outcome } from './operation.js';

interface OpenRequest {
  /** When its work began, in milliseconds of `performance.now()`. */
  readonly since: number;
  /** When its answer is due. */
  readonly due: number;
  readonly answer: (outcome: Outcome) => void;
}

const SWEEP = 100;

/**
 * In an overload, an admitted request should be served within a second, however fast this machine is: once the oldest
 * request has waited this long (milliseconds), we stop admitting more.
 */
const LATE = 400;
/** This many are admitted anyway: the oldest one may wait for something of its own, for example a locked row. */
const ALWAYS = 200;

/**
 * The requests that wait for the database. It limits them twice: in number, because more would only slow all of them
 * down, and in time, as the last net behind the adapters' own limits. One sweep handles all of them: a timer for each
 * would cost more than the rest of this class.
 */
export class RequestsInProgress {
  readonly #limit: Bound;
  readonly #deadline: number;
  readonly #open = new Set<OpenRequest>();
  #sweeper: NodeJS.Timeout | undefined;

  /**
   * @param limit the maximum number of requests
   * @param deadline the maximum duration of one, in milliseconds
   */
  constructor(limit: Bound, deadline: number) {
    this.#limit = limit;
    this.#deadline = deadline;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Whether another one must be refused. */
  get isFull(): boolean {
    const limit = this.#limit();
    if (this.#open.size < Math.min(limit, ALWAYS)) return false;
    if (this.#open.size >= limit) return true;
    const [oldest] = this.#open;
    return oldest !== undefined && performance.now() - oldest.since > LATE;
  }

  /**
   * Starts work if there is room for it. Returns its outcome, or a refusal if it takes too long.
   *
   * @param waited how long the request has already waited for us, in milliseconds: for the keys of its token
   */
  run(work: () => Promise<Outcome>, waited = 0): Promise<Outcome> {
    if (this.isFull) return Promise.resolve(OVERLOADED);
    return new Promise((answer, fail) => {
      const now = performance.now();
      const request: OpenRequest = { since: now, due: now + this.#deadline - waited, answer };
      this.#open.add(request);
      this.#sweeper ??= setInterval(this.#sweep, SWEEP).unref();
      work().then(
        (outcome) => {
          this.#open.delete(request);
          answer(outcome);
        },
        (error) => {
          this.#open.delete(request);
          fail(error);
        },
      );
    });
  }

  readonly #sweep = (): void => {
    const now = performance.now();
    for (const request of this.#open) {
      if (request.due > now) continue;
      this.#open.delete(request);
      request.answer(TOO_SLOW);
    }
    if (this.#open.size === 0) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  };
}
