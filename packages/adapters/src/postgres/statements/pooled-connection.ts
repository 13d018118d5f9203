import type { OpenClient } from '../connections/open-client.js';
import { DEADLINES } from '../deadlines.js';
import { ConnectionLostError } from '../failures.js';
import { type KnownColumns, PipelinedQuery } from './pipelined-query.js';
import { COMMIT, PipelinedTransaction } from './pipelined-transaction.js';
import type { PreparedText } from './placeholders.js';
import type { RoutedForm } from './routed-form.js';
import type { Statement } from './statement.js';

/** A statement to run, and the caller waiting for its rows. */
export interface Job {
  readonly statement: Statement<never>;
  readonly inputs: readonly never[];
  readonly expires: number;
  /** Takes each row as it arrives, once more if the statement runs again; `resolve` then gets none. */
  readonly onRow: ((row: never) => void) | undefined;
  readonly resolve: (rows: never[]) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
}

type Row = Record<string, unknown>;
type Answer = (error: unknown, rows: Row[]) => void;

/** Citus hands `set local` on to the nodes, where rows are locked, if `citus.propagate_set_commands` says so. */
function settingsOf({ lockTimeout }: RoutedForm<never>): readonly string[] {
  if (lockTimeout === undefined) return [];
  return [`set local citus.propagate_set_commands = 'local'`, `set local lock_timeout = '${lockTimeout}ms'`];
}

/** One pipelined connection. */
export class PooledConnection {
  readonly pooled: boolean;
  readonly distributed: boolean;
  readonly #client: OpenClient['client'];
  /** Absent if statements have no names. */
  readonly #columns: KnownColumns | undefined;
  #underWay = 0;
  #heardAt = 0;
  /** Whether it has died or is being ended: an error without a server's code then marks its end. */
  dead = false;

  constructor({ client, pooled, distributed }: OpenClient, named: boolean) {
    this.#client = client;
    this.pooled = pooled;
    this.distributed = distributed;
    this.#columns = named ? new Map() : undefined;
  }

  get underWay(): number {
    return this.#underWay;
  }

  send({ statement, inputs, onRow }: Job, answer: (error: unknown, rows?: never[]) => void): void {
    if (this.#underWay++ === 0) this.#heardAt = performance.now();
    let answered = false;
    const ended = (error: unknown, rows: Row[]): void => {
      if (answered) return;
      answered = true;
      this.#underWay--;
      this.#heardAt = performance.now();
      if (error) answer(error);
      else answer(undefined, rows as never[]);
    };
    const take = onRow as ((row: Row) => void) | undefined;
    const routed = this.distributed ? statement.routed : undefined;
    if (routed === undefined) {
      const form = inputs.length === 1 ? statement.forOne : statement.forMany;
      this.#query(form, form.values(inputs), ended, take);
    } else if (statement.repeatable) this.#readEach(routed, inputs, ended, take);
    else this.#writeAll(routed, inputs, ended);
  }

  #query(text: PreparedText, values: (string | null)[], answer: Answer, take?: (row: Row) => void): void {
    this.#client.query(new PipelinedQuery(text, values, this.#columns, answer, take));
  }

  /** Runs a statement that only reads for each input: the rows may come from different nodes. */
  #readEach(form: RoutedForm<never>, inputs: readonly never[], answer: Answer, take?: (row: Row) => void): void {
    const all: Row[] = [];
    let left = inputs.length;
    const ended: Answer = (error, rows) => {
      this.#heardAt = performance.now();
      all.push(...rows);
      // The first error is final; the answers to the others still come, and are ignored.
      if (error || --left === 0) answer(error, all);
    };
    inputs.forEach((input, index) => {
      this.#query(form, form.values(input, index + 1), ended, take);
    });
  }

  /** Runs a statement for all inputs or for none. */
  #writeAll(form: RoutedForm<never>, inputs: readonly never[], answer: Answer): void {
    const runs = inputs.map((input, index) => form.values(input, index + 1));
    const settings = settingsOf(form);
    const [only = []] = runs;
    if (runs.length === 1 && settings.length === 0) {
      this.#query(form, only, answer);
      return;
    }
    let written: Row[] = [];
    const ended: Answer = (error, rows) => {
      written = rows;
      if (error) answer(error, []);
    };
    this.#client.query(new PipelinedTransaction(form, settings, runs, this.#columns, ended));
    const committed: Answer = (error) => answer(error, written);
    this.#client.query(new PipelinedQuery(COMMIT, [], undefined, committed, undefined));
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
