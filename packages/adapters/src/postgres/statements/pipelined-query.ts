import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { typeParsers } from '../connections/type-parsers.js';
import type { PreparedText } from './placeholders.js';

/** A column of the rows that a statement returns. */
interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** The columns of each prepared statement of a connection, by its name, once the server has described them. */
export type KnownColumns = Map<string, readonly Column[]>;

/** Fields of pg's connection that its types omit. */
export interface PgConnection extends pg.Connection {
  /** By name; those being prepared. */
  readonly submittedNamedStatements: Record<string, string>;
}

/** Fields of pg's own query that its types omit; `prepare` and the handlers, which it calls, are new here. */
interface PgQuery extends EventEmitter, pg.Submittable {
  name: string | undefined;
  values: (string | null)[];
  readonly text: string;
  hasBeenParsed(connection: PgConnection): boolean;
}
const PgQuery = pg.Query as unknown as new (text: string) => PgQuery;

/**
 * One run of a statement on a pipelined connection. pg's own query asks the server to describe every run, builds parsers
 * and a row from the description, and copies its settings property by property; here a prepared statement is described once
 * per connection. (For a lone GET this took an eighth of the process's time, and 10 us of PostgreSQL's.)
 */
export class PipelinedQuery extends PgQuery {
  readonly #known: KnownColumns | undefined;
  readonly #answer: (error: unknown, rows: Record<string, unknown>[]) => void;
  readonly #onRow: (row: Record<string, unknown>) => void;
  readonly #rows: Record<string, unknown>[] = [];
  #columns: readonly Column[] = [];
  #failure: unknown;

  /**
   * @param known the connection's known statements; without it the statement is not prepared under its name
   * @param answer called once, with the error or the rows
   * @param onRow takes each row as it arrives; `answer` then gets none
   */
  constructor(
    statement: PreparedText,
    values: (string | null)[],
    known: KnownColumns | undefined,
    answer: (error: unknown, rows: Record<string, unknown>[]) => void,
    onRow: ((row: Record<string, unknown>) => void) | undefined,
  ) {
    super(statement.text);
    this.name = known === undefined ? undefined : statement.name;
    this.values = values;
    this.#known = known;
    this.#answer = answer;
    this.#onRow = onRow ?? ((row) => this.#rows.push(row));
  }

  /** Called by pg, between `cork` and `uncork`: the messages leave together. */
  prepare(connection: PgConnection): void {
    this.parse(connection);
    this.run(connection, this.values);
    connection.sync();
  }

  protected parse(connection: PgConnection): void {
    const { name = '', text } = this;
    if (this.hasBeenParsed(connection)) return;
    connection.parse({ name, text, types: [] }, true);
    if (name !== '') connection.submittedNamedStatements[name] = text;
  }

  protected run(connection: PgConnection, values: (string | null)[]): void {
    const { name = '' } = this;
    connection.bind({ statement: name, values }, true);
    const columns = this.#known?.get(name);
    if (columns === undefined) connection.describe({ type: 'P' }, true);
    else this.#columns = columns;
    connection.execute(null, true);
  }

  handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: typeParsers.getTypeParser(dataTypeID, 'text'),
    }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    const columns = this.#columns;
    try {
      for (let index = 0; index < columns.length; index++) {
        const { name, parse } = columns[index] as Column;
        const text = fields[index];
        row[name] = typeof text === 'string' ? parse(text) : null;
      }
    } catch (error) {
      // An error thrown here would end the process.
      this.#failure ??= error;
      return;
    }
    this.#onRow(row);
  }

  handleCommandComplete(): void {
    if (this.name !== undefined) this.#known?.set(this.name, this.#columns);
  }

  handleReadyForQuery(): void {
    this.#answer(this.#failure, this.#rows);
  }

  handleError(error: unknown): void {
    this.#answer(error, []);
  }
}
