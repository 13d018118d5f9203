import { domainError, WaitedTooLongError } from '../failures.js';

/** Counts the calls of every kind that wait for the database, and limits them. */
export class WaitingRoom {
  readonly #limit: number;
  #waiting = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Whether there is room. Without a limit a frozen database would fill the memory with callers. */
  enter(): boolean {
    if (this.#waiting >= this.#limit) return false;
    this.#waiting++;
    return true;
  }

  leave(): void {
    this.#waiting--;
  }
}

/** A caller waiting for an output. It settles once: with its output, its error or its expiry, whichever comes first. */
export class Call<Input, Output> {
  readonly input: Input;
  readonly expiry: Expiry;
  readonly #resolve: (output: Output) => void;
  readonly #reject: (error: unknown) => void;
  readonly #room: WaitingRoom;
  #settled = false;

  constructor(
    input: Input,
    resolve: (output: Output) => void,
    reject: (error: unknown) => void,
    expiry: Expiry,
    room: WaitingRoom,
  ) {
    this.input = input;
    this.#resolve = resolve;
    this.#reject = reject;
    this.expiry = expiry;
    this.#room = room;
    expiry.add(this);
  }

  get settled(): boolean {
    return this.#settled;
  }

  succeed(output: Output): void {
    if (this.#settle()) this.#resolve(output);
  }

  /** Rejects with the domain's name for the error. */
  fail(error: unknown): void {
    if (this.#settle()) this.#reject(domainError(error));
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#room.leave();
    this.expiry.remove();
    return true;
  }
}

/** Expires calls that arrived together: one timer for all of them. */
export class Expiry {
  /** In milliseconds of `performance.now()`. */
  readonly at: number;
  readonly #calls: { fail(error: unknown): void }[] = [];
  readonly #timer: NodeJS.Timeout;
  #waiting = 0;

  /** @param trouble returns what kept the calls waiting, if known */
  constructor(at: number, trouble: (() => unknown) | undefined) {
    this.at = at;
    this.#timer = setTimeout(
      () => {
        const error = new WaitedTooLongError('waited too long', { cause: trouble?.() });
        for (const call of this.#calls) call.fail(error);
      },
      Math.max(0, at - performance.now()),
    );
  }

  add(call: { fail(error: unknown): void }): void {
    this.#calls.push(call);
    this.#waiting++;
  }

  remove(): void {
    if (--this.#waiting === 0) clearTimeout(this.#timer);
  }
}
