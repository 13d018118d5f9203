import { setTimeout as pause } from 'node:timers/promises';
import { isCollision, mayBeOneRowsFault } from '../failures.js';
import { type Ask, type Gathering, gather } from './gather.js';
import type { Lanes } from './lanes.js';
import { type CallObserver, observedCall } from './observed-call.js';
import type { Statement } from './statement.js';
import type { WaitingRoom } from './waiting-call.js';

const MOST_COLLISIONS = 5;

/** What a repository runs its statements with. */
export class StatementRunner {
  readonly #lanes: Lanes;
  readonly #apart: Lanes;
  readonly #room: WaitingRoom;
  readonly #observe: CallObserver | undefined;

  /** @param apart connections with one statement at a time */
  constructor(lanes: Lanes, apart: Lanes, room: WaitingRoom, observe: CallObserver | undefined) {
    this.#lanes = lanes;
    this.#apart = apart;
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
        return await this.#lanes.run(statement, inputs, expires);
      } catch (error) {
        if (!isCollision(error) || ++collisions > MOST_COLLISIONS || performance.now() >= expires) throw error;
        // Two that collided must not meet again at once.
        await pause(Math.random() * 20 * collisions);
      }
    }
  }

  /** Runs a statement that may wait, for a lock for example, where no other statement is behind it. */
  runApart<Input, Row>(statement: Statement<Input>, inputs: readonly Input[], expires: number): Promise<Row[]> {
    return this.#apart.run(statement, inputs, expires);
  }

  /**
   * Makes calls of a statement that has at most one row for each input: they are run in batches, and each is answered by
   * the row with its input's number, `n`. An input that may be at fault for all is tried alone.
   */
  ask<Input, Row>(
    statement: Statement<Input>,
    options: Pick<Gathering<Input, unknown>, 'exclusive' | 'size'> = {},
  ): Ask<Input, Row | undefined> {
    return this.gather<Input, Row | undefined>(statement, {
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

  /** Gathers calls that are answered by one statement (see `gather`). */
  gather<Input, Output>(statement: Statement<never>, gathering: Gathering<Input, Output>): Ask<Input, Output> {
    const ask = gather(this.#room, { trouble: () => this.#lanes.trouble, ...gathering });
    const observe = this.#observe;
    if (observe === undefined) return ask;
    return (input, expires) => observedCall(observe, statement.name, () => ask(input, expires));
  }
}
