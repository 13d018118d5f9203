import type { OpenClient } from '../connections/open-client.js';
import { DEADLINES } from '../deadlines.js';
import { ConnectionLostError } from '../failures.js';
import { type KnownColumns, PipelinedQuery } from './pipelined-query.js';
import type { StatementForm } from './statement.js';

/** A statement to run, and the caller waiting for its rows. */
export interface Job {
  readonly statement: StatementForm<never>;
  readonly values: (string | null)[];
  readonly expires: number;
  /** Takes each row as it arrives, once more if the statement runs again; `resolve` then gets none. */
  readonly onRow: ((row: never) => void) | undefined;
  readonly resolve: (rows: never[]) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
}

/** One pipelined connection. */
export class PooledConnection {
  readonly pooled: boolean;
  readonly #client: OpenClient['client'];
  /** Absent if statements have no names. */
  readonly #columns: KnownColumns | undefined;
  #underWay = 0;
  #heardAt = 0;
  /** Whether it has died or is being ended: an error without a server's code then marks its end. */
  dead = false;

  constructor({ client, pooled }: OpenClient, named: boolean) {
    this.#client = client;
    this.pooled = pooled;
    this.#columns = named ? new Map() : undefined;
  }

  get underWay(): number {
    return this.#underWay;
  }

  send({ statement, values, onRow }: Job, answer: (error: unknown, rows?: never[]) => void): void {
    if (this.#underWay++ === 0) this.#heardAt = performance.now();
    let answered = false;
    const ended = (error: unknown, rows: Record<string, unknown>[]): void => {
      if (answered) return;
      answered = true;
      this.#underWay--;
      this.#heardAt = performance.now();
      if (error) answer(error);
      else answer(undefined, rows as never[]);
    };
    const take = onRow as ((row: Record<string, unknown>) => void) | undefined;
    this.#client.query(new PipelinedQuery(statement, values, this.#columns, ended, take));
  }

  /** How long it has owed an answer and stayed silent, in milliseconds. */
  silence(now: number): number {
    return this.#underWay === 0 ? 0 : now - this.#heardAt;
  }

  giveUpIfSilent(now: number): void {
    if (this.silence(now) > DEADLINES.silence) {
      this.#client.connection.stream.destroy(new ConnectionLostError('the database does not answer'));
    }
  }

  /** Ends the connection once its statements have their answers, but waits no longer than a second. */
  async end(): Promise<void> {
    this.dead = true;
    const timer = setTimeout(() => this.#client.connection.stream.destroy(), 1_000);
    await this.#client.end().catch(() => {});
    clearTimeout(timer);
  }
}
