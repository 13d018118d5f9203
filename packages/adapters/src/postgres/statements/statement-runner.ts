import { setTimeout as pause } from 'node:timers/promises';
import { isCollision, mayBeOneRowsFault } from '../failures.js';
import { type Ask, type Batching, batch } from './batch.js';
import type { ConnectionPool } from './connection-pool.js';
import { type CallObserver, observedCall } from './observed-call.js';
import type { Statement } from './statement.js';
import type { WaitingRoom } from './waiting-call.js';

const MOST_COLLISIONS = 5;

interface BatchOptions<Input> extends Pick<Batching<Input, unknown>, 'exclusive' | 'size'> {
  /** Whose record an input is about: where Citus distributes the records, a batch is of one owner. */
  owner?(input: Input): string;
}

/** Runs a repository's statements. */
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
   * Runs a short statement, and again if the server rolled it back because of a conflict with others.
   *
   * @param expires when no caller waits for it any more, in milliseconds of `performance.now()`
   * @param onRow as in `ConnectionPool.run`
   */
  async run<Input, Row>(
    statement: Statement<Input>,
    inputs: readonly Input[],
    expires: number,
    onRow?: (row: Row) => void,
  ): Promise<Row[]> {
    for (let collisions = 0; ; ) {
      try {
        return await this.#pipelined.run(statement, inputs, expires, onRow);
      } catch (error) {
        if (!isCollision(error) || ++collisions > MOST_COLLISIONS || performance.now() >= expires) throw error;
        // Two statements that conflicted must not meet again at once.
        await pause(Math.random() * 20 * collisions);
      }
    }
  }

  /** Runs a statement that may wait, for example for a lock, on a connection where no other statement queues behind it. */
  runBlocking<Input, Row>(statement: Statement<Input>, inputs: readonly Input[], expires: number): Promise<Row[]> {
    return this.#blocking.run(statement, inputs, expires);
  }

  /**
   * Returns calls of a statement that yields at most one row per input: they run in batches, and each call is answered with
   * the row that has its input's number, `n`. An input that may be at fault for the whole batch is tried alone.
   */
  ask<Input, Row>(statement: Statement<Input>, options: BatchOptions<Input> = {}): Ask<Input, Row | undefined> {
    // A write is answered once it is stored, a read as its row arrives: 64 large rows would fill the memory.
    const { repeatable: onlyReads } = statement;
    return this.batch<Input, Row | undefined>(statement, {
      run: (inputs, expires, answer) =>
        onlyReads
          ? this.run<Input, never>(statement, inputs, expires, (row: Row & { readonly n: number }) =>
              answer(row.n - 1, row),
            )
          : this.answers(statement, inputs, expires),
      mayBeOneInputsFault: mayBeOneRowsFault,
      ...options,
    });
  }

  /** Runs a statement and returns each input's row, in the order of the inputs; undefined if there is none. */
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

  /** Batches calls that one statement answers (see `batch`). */
  batch<Input, Output>(
    statement: Statement<never>,
    { owner, ...batching }: Batching<Input, Output> & Pick<BatchOptions<Input>, 'owner'>,
  ): Ask<Input, Output> {
    const ask = batch<Input, Output>(this.#room, {
      trouble: () => this.#pipelined.trouble,
      apart: () => (this.#pipelined.isDistributed ? owner : undefined),
      ...batching,
    });
    const observe = this.#observe;
    if (observe === undefined) return ask;
    return (input, expires) => observedCall(observe, statement.name, () => ask(input, expires));
  }
}
