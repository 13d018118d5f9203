import { DEADLINES } from '../deadlines.js';
import { domainError, TooManyWaitingError } from '../failures.js';
import { ExclusiveNames } from './exclusive-names.js';
import { Call, Expiry, type WaitingRoom } from './waiting-call.js';

/** The maximum number of rows in one statement: enough to spread its cost, few enough to keep it short. */
const ROWS_A_STATEMENT = 64;

/** The maximum number of characters in a statement of several rows: many large rows would fill the memory of both sides. */
const CHARACTERS_A_STATEMENT = 1_000_000;

/**
 * With fewer rows of a kind in flight than this, new ones are sent at once. With more, they wait and share the next
 * statement: the busier the database, the more rows a statement has, and the less each one costs. With just as many, they
 * wait until they are as many themselves: the database then works on one half of a few callers, this process on the other.
 */
const FEW_ROWS = 4;

/** The maximum number of concurrent statements of a kind. */
const STATEMENTS_AT_ONCE = 8;

/** A statement that takes longer than this (milliseconds), for example because it waits for a lock, holds up no others. */
const SLOW_MS = 200;

/** How calls of one kind become statements. */
export interface Batching<Input, Output> {
  /**
   * Runs one statement for all inputs and returns their outputs in the same order. All or nothing, with one exception: a
   * statement that only reads may answer an input, by its place, as soon as its output has arrived.
   */
  run(
    inputs: readonly Input[],
    expires: number,
    answer: (place: number, output: Output) => void,
  ): Promise<readonly Output[]>;
  /** After `run` has failed: whether to try each input alone, because a single one may be at fault. */
  mayBeOneInputsFault?(error: unknown): boolean;
  /** Runs such an input alone; absent: calls `run` again if it was not alone. */
  runAlone?(input: Input, expires: number): Promise<Output>;
  /** Inputs with the same name never run at the same time, but one after the other in the order of their calls. */
  exclusive?(input: Input): string;
  /**
   * Returns what tells the owner of an input's record, if inputs of several owners must not share a statement now, because
   * they are on different nodes; undefined if they may.
   */
  apart?(): ((input: Input) => string) | undefined;
  /** What keeps calls waiting, if known. */
  trouble?(): unknown;
  /** The size of an input in characters, if it can be large. */
  size?(input: Input): number;
  /** Most inputs in one statement; 64 when absent. */
  readonly most?: number;
}

/** Makes a call, batched with others made at the same time. `expires` is in milliseconds of `performance.now()`. */
export type Ask<Input, Output> = (input: Input, expires?: number) => Promise<Output>;

/**
 * Combines many calls into one statement: those that arrive in one turn of the event loop, and those that arrive while
 * others are in flight. No timer is involved, so a lone call is sent at once.
 *
 * Each call gets its own output or its own error (in the domain's terms), and none waits longer than its limit.
 */
export function batch<Input, Output>(room: WaitingRoom, batching: Batching<Input, Output>): Ask<Input, Output> {
  const batcher = new Batcher(room, batching);
  return (input, expires) => batcher.ask(input, expires);
}

interface RunningStatement {
  readonly rows: number;
  /** In milliseconds of `performance.now()`. */
  readonly since: number;
}

class Batcher<Input, Output> {
  readonly #room: WaitingRoom;
  readonly #batching: Batching<Input, Output>;
  readonly #most: number;
  readonly #names: ExclusiveNames<Input>;
  #queue: Call<Input, Output>[] = [];
  readonly #running = new Set<RunningStatement>();
  #scheduled = false;
  /** The expiry of the calls that have arrived in this turn of the event loop. */
  #arrivals: Expiry | undefined;

  constructor(room: WaitingRoom, batching: Batching<Input, Output>) {
    this.#room = room;
    this.#batching = batching;
    this.#most = batching.most ?? ROWS_A_STATEMENT;
    this.#names = new ExclusiveNames(batching.exclusive);
  }

  ask(input: Input, expires: number | undefined): Promise<Output> {
    return new Promise((resolve, reject) => {
      if (!this.#admit(input)) return reject(domainError(new TooManyWaitingError()));
      const expiry = expires === undefined ? this.#expiryOfArrivals() : new Expiry(expires, this.#batching.trouble);
      const call = new Call(input, resolve, reject, expiry, this.#room);
      this.#queue.push(call);
      this.#schedule();
    });
  }

  #admit(input: Input): boolean {
    if (!this.#names.enter(input)) return false;
    if (this.#room.enter()) return true;
    this.#names.leave(input);
    return false;
  }

  #expiryOfArrivals(): Expiry {
    this.#arrivals ??= new Expiry(performance.now() + DEADLINES.record.call, this.#batching.trouble);
    return this.#arrivals;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After everything else that has arrived on other sockets in this turn of the event loop.
    setImmediate(() => {
      this.#scheduled = false;
      this.#arrivals = undefined;
      while (this.#mayRunAnother()) {
        const calls = this.#take();
        if (calls.length === 0) break;
        void this.#runTogether(calls);
      }
    });
  }

  #mayRunAnother(): boolean {
    if (this.#running.size >= STATEMENTS_AT_ONCE) return false;
    // Rows that fill a statement have nothing to wait for.
    if (this.#queue.length >= this.#most) return true;
    const slow = performance.now() - SLOW_MS;
    let rows = 0;
    for (const statement of this.#running) if (statement.since > slow) rows += statement.rows;
    return rows < FEW_ROWS || (rows === FEW_ROWS && this.#queue.length >= FEW_ROWS);
  }

  /** Takes the next calls from the queue, except those that must wait for one in flight. */
  #take(): Call<Input, Output>[] {
    const taken: Call<Input, Output>[] = [];
    const left: Call<Input, Output>[] = [];
    let size = 0;
    const ownerOf = this.#batching.apart?.();
    let owner: string | undefined;
    for (const call of this.#queue) {
      if (call.settled) {
        this.#names.leave(call.input);
        continue;
      }
      const fits = taken.length < this.#most && (size < CHARACTERS_A_STATEMENT || taken.length === 0);
      const isOfOwner = ownerOf === undefined || owner === undefined || ownerOf(call.input) === owner;
      if (fits && isOfOwner && this.#names.begin(call.input)) {
        owner = ownerOf?.(call.input);
        taken.push(call);
        size += this.#batching.size?.(call.input) ?? 0;
      } else {
        left.push(call);
      }
    }
    this.#queue = left;
    return taken;
  }

  #release(call: Call<Input, Output>): void {
    this.#names.end(call.input);
    this.#names.leave(call.input);
    if (this.#queue.length > 0) this.#schedule();
  }

  async #runTogether(calls: readonly Call<Input, Output>[]): Promise<void> {
    const { run, runAlone, mayBeOneInputsFault } = this.#batching;
    const statement = { rows: calls.length, since: performance.now() };
    this.#running.add(statement);
    try {
      // The statement is useful until the last of its callers gives up.
      const expires = calls.reduce((latest, { expiry }) => Math.max(latest, expiry.at), 0);
      const outputs = await run(
        calls.map(({ input }) => input),
        expires,
        (place, output) => calls[place]?.succeed(output),
      );
      calls.forEach((call, index) => {
        call.succeed(outputs[index] as Output);
      });
    } catch (error) {
      if (mayBeOneInputsFault?.(error) && (runAlone || calls.length > 1)) {
        // Not awaited: a slow input must not hold up the next statement.
        for (const call of calls) void this.#runAlone(call);
        return;
      }
      for (const call of calls) call.fail(error);
    } finally {
      this.#running.delete(statement);
      if (this.#queue.length > 0) this.#schedule();
    }
    for (const call of calls) this.#release(call);
  }

  async #runAlone(call: Call<Input, Output>): Promise<void> {
    const { run, runAlone } = this.#batching;
    try {
      if (call.settled) return;
      if (runAlone) call.succeed(await runAlone(call.input, call.expiry.at));
      else {
        const [output] = await run([call.input], call.expiry.at, (_, early) => call.succeed(early));
        call.succeed(output as Output);
      }
    } catch (error) {
      call.fail(error);
    } finally {
      this.#release(call);
    }
  }
}
