import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import type { ColumnValue } from './array-literal.js';

/** How a column's values are sent. */
export type ColumnKind =
  | 'text'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'timestamp'
  | 'timestamptz'
  | 'double precision'
  | 'json'
  | 'bytea';

/** A statement's values for each input. Written so that interfaces, which have no index signature, fit too. */
export type InputOf<Input> = { readonly [Column in keyof Input]: ColumnValue | undefined };

/** What PostgreSQL prepares. */
export interface PreparedText {
  /** Names the prepared statement on each connection: at most 63 bytes, where PostgreSQL would truncate it. */
  readonly name: string;
  /** With placeholders `$1`, `$2`, … */
  readonly text: string;
}

/** Compiles but never runs: the runner needs only the text and the order, and Kysely would compile at every run. */
const compiler = new Kysely<Record<string, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/**
 * Compiles what is written with placeholders for the values of inputs.
 *
 * @returns its text, and what stands for `$1`, `$2`, … there
 */
export function compile<Input>(name: string, written: RawBuilder<unknown>) {
  if (Buffer.byteLength(name) > 63) throw new Error(`PostgreSQL would cut the statement name ${name}`);
  const compiled = written.compile(compiler);
  const places = compiled.parameters.map((parameter) => {
    // A value written into a statement would be the same on every run: that is a mistake.
    if (!(parameter instanceof Placeholder)) throw new Error(`${name} has a value of its own: ${String(parameter)}`);
    return parameter as Placeholder<Input>;
  });
  return { text: compiled.sql.replace(/\s+/g, ' ').trim(), places };
}

/** Marks where a statement takes a value of its inputs. */
class Placeholder<Input> {
  readonly value: ValueOf<Input>;

  constructor(value: ValueOf<Input>) {
    this.value = value;
  }
}

/** @param n the number of the first input */
type ValueOf<Input> = (inputs: readonly Input[], n: number) => string | null;

export function placeholder<Input>(value: ValueOf<Input>): RawBuilder<unknown> {
  return sql.val(new Placeholder(value));
}

/** Stands for a column of one input. */
export function oneValue<Input extends InputOf<Input>>(column: keyof Input & string): RawBuilder<unknown> {
  return placeholder<Input>(([input]) => textOf(input?.[column]));
}

function textOf(value: ColumnValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
