import { TooManyWaitingError, WaitedTooLongError } from './failures.js';

/**
 * How long a call may take, in milliseconds, whatever the database does. A request is answered within 5 s and is given at
 * least 3 s when it has to wait; the server's own limits (session.ts) come first, so that a healthy one says what is wrong.
 */
export const CALL_LIMIT_MS = 4_200;

/** Most rows in one statement: enough to spread its cost thin, few enough to keep one statement short. */
const ROWS_A_STATEMENT = 64;

/**
 * Statements of one kind that run at once. While they run, what arrives waits and goes together into the next one, so that
 * the busier the database, the more rows a statement has.
 */
const STATEMENTS_AT_ONCE = 2;

/** How calls of one kind become statements. */
export interface Gathering<Input, Output> {
  /** Runs one statement for all inputs and gives their outputs in the same order. All or nothing. */
  run(inputs: readonly Input[]): Promise<readonly Output[]>;
  /** After `run` failed for several inputs: whether each is to be tried alone. */
  mayBeOneInputsFault?(error: unknown): boolean;
  /** Runs one input that failed in company; `run` with that input when absent. */
  runAlone?(input: Input, expires: number): Promise<Output>;
  /** Inputs with the same name never run at the same time, but one after the other, in order. */
  exclusive?(input: Input): string;
  /** 1 for statements of one row. */
  readonly rowsAStatement?: number;
  readonly statementsAtOnce?: number;
}

/** How many calls wait for the database, whatever their kind, and how many may. */
export class WaitingRoom {
  readonly #limit: number;
  #waiting = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** @throws TooManyWaitingError: then memory stays flat and the caller learns at once */
  enter(): void {
    if (this.#waiting >= this.#limit) throw new TooManyWaitingError();
    this.#waiting++;
  }

  leave(): void {
    this.#waiting--;
  }
}

/** Asks for something, together with whoever asks at the same time. `expires` is in `performance.now()` milliseconds. */
export type Ask<Input, Output> = (input: Input, expires?: number) => Promise<Output>;

interface Call<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
  readonly expires: number;
  settled: boolean;
}

/**
 * Makes one statement of many calls: those that arrive in one turn of the event loop, and those that arrive while others
 * are under way. No timer is involved, so a call that comes alone is sent at once. (32 concurrent callers: 3 to 5 times as
 * many inserts a second as one statement each, at a sixth of the CPU time.)
 *
 * Each call gets its own output or its own error, and none waits longer than its limit.
 */
export function gather<Input, Output>(room: WaitingRoom, gathering: Gathering<Input, Output>): Ask<Input, Output> {
  const { rowsAStatement = ROWS_A_STATEMENT, statementsAtOnce = STATEMENTS_AT_ONCE, exclusive } = gathering;
  const busy = new Set<string>();
  let queue: Call<Input, Output>[] = [];
  let running = 0;
  let scheduled = false;
  let arrivals: Expiry | undefined;

  function ask(input: Input, expires?: number): Promise<Output> {
    return new Promise((resolve, reject) => {
      room.enter();
      const now = performance.now();
      const expiry = expires === undefined ? (arrivals ??= new Expiry(now + CALL_LIMIT_MS, now)) : new Expiry(expires, now);
      const call: Call<Input, Output> = { input, resolve, reject, expires: expiry.at, settled: false };
      expiry.add(call);
      queue.push(call);
      schedule();
    });

  }
  return ask;
}
