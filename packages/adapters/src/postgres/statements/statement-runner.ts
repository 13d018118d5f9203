import { setTimeout as pause } from 'node:timers/promises';
import { isCollision, mayBeOneRowsFault } from '../failures.js';
import { type Ask, type Batching, batch } from './batch.js';
import type { ConnectionPool } from './connection-pool.js';
import { type CallObserver, observedCall } from './observed-call.js';
import type { Statement } from './statement.js';
import type { WaitingRoom } from './waiting-call.js';

const MOST_COLLISIONS = 5;

/** What a repository runs its statements with. */
export class StatementRunner {
  readonly #pipelined: ConnectionPool;
  readonly #blocking: ConnectionPool;
  readonly #room: WaitingRoom;
  readonly #observe: CallObserver | undefined;

  /** @param blocking connections with one statement at a time */
  constructor(
    pipelined: ConnectionPool,
    blocking: ConnectionPool,
    room: WaitingRoom,
    observe: CallObserver | undefined,
  ) {
    this.#pipelined = pipelined;
    this.#blocking = blocking;
    this.#room = room;
    this.#observe = observe;
  }

  /**
   * Runs a short statement, again if the server undid it because it collided with others.
   *
   * @param expires when nobody waits for it any more, in milliseconds of `performance.now()`
   */
  async run<Input, Row>(statement: Statement<Input>, inputs: readonly Input[], expires: number): Promise<Row[]> {
    for (let collisions = 0; ; ) {
      try {
        return await this.#pipelined.run(statement, inputs, expires);
      } catch (error) {
        if (!isCollision(error) || ++collisions > MOST_COLLISIONS || performance.now() >= expires) throw error;
        // Two that collided must not meet again at once.
        await pause(Math.random() * 20 * collisions);
      }
    }
  }

  /** Runs a statement that may wait, for a lock for example, where no other statement is behind it. */
  runBlocking<Input, Row>(statement: Statement<Input>, inputs: readonly Input[], expires: number): Promise<Row[]> {
    return this.#blocking.run(statement, inputs, expires);
  }

  /**
   * Makes calls of a statement that has at most one row for each input: they are run in batches, and each is answered by
   * the row with its input's number, `n`. An input that may be at fault for all is tried alone.
   */
  ask<Input, Row>(
    statement: Statement<Input>,
    options: Pick<Batching<Input, unknown>, 'exclusive' | 'size'> = {},
  ): Ask<Input, Row | undefined> {
    return this.batch<Input, Row | undefined>(statement, {
      run: (inputs, expires) => this.answers(statement, inputs, expires),
      mayBeOneInputsFault: mayBeOneRowsFault,
      ...options,
    });
  }

  /** Runs a statement, and returns the row of each input, in the order of the inputs; undefined where there is none. */
  async answers<Input, Row>(
    statement: Statement<Input>,
    inputs: readonly Input[],
    expires: number,
  ): Promise<(Row | undefined)[]> {
    const ordered = new Array<Row | undefined>(inputs.length).fill(undefined);
    for (const row of await this.run<Input, Row & { readonly n: number }>(statement, inputs, expires)) {
      ordered[row.n - 1] = row;
    }
    return ordered;
  }

  /** Batches calls that are answered by one statement (see `batch`). */
  batch<Input, Output>(statement: Statement<never>, batching: Batching<Input, Output>): Ask<Input, Output> {
    const ask = batch(this.#room, { trouble: () => this.#pipelined.trouble, ...batching });
    const observe = this.#observe;
    if (observe === undefined) return ask;
    return (input, expires) => observedCall(observe, statement.name, () => ask(input, expires));
  }
}
