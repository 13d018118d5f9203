import { type KnownColumns, type PgConnection, PipelinedQuery } from './pipelined-query.js';
import type { PreparedText } from './placeholders.js';

/** Ends a transaction; a failed one, too, which PostgreSQL then rolls back. */
export const COMMIT: PreparedText = { name: '', text: 'commit' };

/** Begins a transaction and runs a statement several times in it. Its end, `COMMIT`, must be sent next. */
export class PipelinedTransaction extends PipelinedQuery {
  readonly #begin: readonly string[];
  readonly #runs: readonly (string | null)[][];
  #toComplete: number;

  /**
   * The other parameters are those of `PipelinedQuery`.
   *
   * @param settings commands to run first, without results
   * @param runs the values of each run
   */
  constructor(
    statement: PreparedText,
    settings: readonly string[],
    runs: readonly (string | null)[][],
    known: KnownColumns | undefined,
    answer: (error: unknown, rows: Record<string, unknown>[]) => void,
  ) {
    super(statement, runs[0] ?? [], known, answer, undefined);
    this.#begin = ['begin', ...settings];
    this.#runs = runs;
    this.#toComplete = this.#begin.length;
  }

  /** With one `sync`, at the end: once anything fails, even `begin`, PostgreSQL skips the rest. */
  override prepare(connection: PgConnection): void {
    for (const text of this.#begin) {
      connection.parse({ name: '', text, types: [] }, true);
      connection.bind({ statement: '', values: [] }, true);
      connection.execute(null, true);
    }
    this.parse(connection);
    for (const values of this.#runs) this.run(connection, values);
    connection.sync();
  }

  override handleCommandComplete(): void {
    // The columns of the runs are known after the first of them.
    if (--this.#toComplete < 0) super.handleCommandComplete();
  }
}
