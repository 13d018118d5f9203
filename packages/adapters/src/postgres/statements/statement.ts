import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import { arrayLiteral, type ColumnValue } from './array-literal.js';

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

/** A statement for any number of inputs. */
export interface Statement<Input> {
  /** Names the statement in metrics and traces. */
  readonly name: string;
  /** Whether it may run again if the connection is lost before its answer arrives. */
  readonly repeatable: boolean;
  readonly forOne: StatementForm<Input>;
  readonly forMany: StatementForm<Input>;
}

export interface StatementForm<Input> {
  /** Names the prepared statement on each connection: at most 63 bytes, where PostgreSQL would truncate it. */
  readonly name: string;
  /** With placeholders `$1`, `$2`, … */
  readonly text: string;
  /** As that of its statement. */
  readonly repeatable: boolean;
  /** The values in the order of the placeholders. */
  values(inputs: readonly Input[]): (string | null)[];
}

/** Makes the table of inputs, under its own name: their columns, or some of them, and `n`, which counts them from 1. */
export type InputTable<Column extends string> = (alias: string, columns?: readonly Column[]) => RawBuilder<unknown>;

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
 * Returns a statement in two forms: for many inputs, sent as arrays, and for one, where the arrays would be a good part of
 * its cost (docs/lab/speed.md, "One row alone"). Each is compiled when it is first used: together they are a tenth of a start.
 *
 * Arrays are unnested in a select list, where PostgreSQL walks through all of them together: `from unnest(…)` first
 * materialises each, which took a third of the time of inserting one row, and a tenth of inserting sixteen.
 *
 * @param columns what it takes of each input
 * @param write writes it around the table of inputs
 */
export function statement<Input extends InputOf<Input>>(
  name: string,
  { repeatable }: { readonly repeatable: boolean },
  columns: Readonly<Record<keyof Input & string, ColumnKind>>,
  write: (inputs: InputTable<keyof Input & string>) => RawBuilder<unknown>,
): Statement<Input> {
  type Column = keyof Input & string;
  const names = Object.keys(columns) as Column[];

  /** @param pick writes a column's values */
  function form(
    formName: string,
    pick: (column: Column, kind: RawBuilder<unknown>) => RawBuilder<unknown>,
    n: RawBuilder<unknown>,
  ): StatementForm<Input> {
    if (Buffer.byteLength(formName) > 63) throw new Error(`PostgreSQL would cut the statement name ${formName}`);
    const inputs: InputTable<Column> = (alias, some = names) => {
      const picked = some.map((column) => sql`${pick(column, sql.raw(columns[column]))} as ${sql.ref(column)}`);
      return sql`(select ${sql.join([...picked, sql`${n} as n`])}) as ${sql.ref(alias)}`;
    };
    const compiled = write(inputs).compile(compiler);
    const placeholders = compiled.parameters.map((parameter) => {
      // A value written into a statement would be the same on every run: that is a mistake.
      if (!(parameter instanceof Placeholder)) throw new Error(`${name} has a value of its own: ${String(parameter)}`);
      return parameter as Placeholder<Input>;
    });
    return {
      name: formName,
      text: compiled.sql.replace(/\s+/g, ' ').trim(),
      repeatable,
      values: (inputs) => placeholders.map((placeholder) => placeholder.value(inputs)),
    };
  }

  let one: StatementForm<Input> | undefined;
  let many: StatementForm<Input> | undefined;
  return {
    name,
    repeatable,
    get forOne() {
      one ??= form(
        `${name}.one`,
        (column, kind) => sql`${placeholder<Input>(([input]) => textOf(input?.[column]))}::${kind}`,
        sql`1`,
      );
      return one;
    },
    get forMany() {
      many ??= form(
        name,
        (column, kind) => {
          const values = placeholder<Input>((inputs) => arrayLiteral(inputs, (input) => input[column]));
          return sql`unnest(${values}::${kind}[])`;
        },
        sql`generate_series(1, ${placeholder<Input>((inputs) => String(inputs.length))}::integer)`,
      );
      return many;
    },
  };
}

/** Marks where a statement takes a value of its inputs. */
class Placeholder<Input> {
  readonly value: (inputs: readonly Input[]) => string | null;

  constructor(value: (inputs: readonly Input[]) => string | null) {
    this.value = value;
  }
}

function placeholder<Input>(value: (inputs: readonly Input[]) => string | null): RawBuilder<unknown> {
  return sql.val(new Placeholder(value));
}

function textOf(value: ColumnValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
