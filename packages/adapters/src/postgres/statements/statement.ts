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
  /** Whether it may run again if the connection is lost before its answer arrives: it then only reads. */
  readonly repeatable: boolean;
  readonly forOne: StatementForm<Input>;
  readonly forMany: StatementForm<Input>;
  /** Where Citus distributes the records: for one input, which its planner sends to the shard of the record's owner. */
  readonly routed: RoutedForm<Input> | undefined;
}

export interface RoutedForm<Input> extends PreparedText {
  /** @param n numbers the input among those that are sent together, from 1 */
  values(input: Input, n: number): (string | null)[];
  /** How long it waits for a lock, in milliseconds; absent: as long as its session does. */
  readonly lockTimeout: number | undefined;
}

/** What PostgreSQL prepares. */
export interface PreparedText {
  /** Names the prepared statement on each connection: at most 63 bytes, where PostgreSQL would truncate it. */
  readonly name: string;
  /** With placeholders `$1`, `$2`, … */
  readonly text: string;
}

export interface StatementForm<Input> extends PreparedText {
  /** The values in the order of the placeholders. */
  values(inputs: readonly Input[]): (string | null)[];
}

/** Makes the table of inputs, under its own name: their columns, or some of them, and `n`, which counts them from 1. */
export type InputTable<Column extends string> = (alias: string, columns?: readonly Column[]) => RawBuilder<unknown>;

/** Makes the value of an input's column, or its number, `n`. The planner sees it: no subquery is around it. */
export type InputValue<Column extends string> = (column: Column | 'n') => RawBuilder<unknown>;

/** How a statement is written for one row of one owner. */
export interface Routing<Column extends string> {
  readonly write: (value: InputValue<Column>) => RawBuilder<unknown>;
  readonly lockTimeout?: number;
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
 * Returns a statement in two forms: for many inputs, sent as arrays, and for one, where the arrays would be a good part of
 * its cost (docs/lab/speed.md, "One row alone"). Each is compiled when it is first used: together they are a tenth of a start.
 *
 * Arrays are unnested in a select list, where PostgreSQL walks through all of them together: `from unnest(…)` first
 * materialises each, which took a third of the time of inserting one row, and a tenth of inserting sixteen.
 *
 * @param columns what it takes of each input
 * @param write writes it around the table of inputs
 * @param routing writes it for a database whose tables of records Citus distributes; absent: as for any other
 */
export function statement<Input extends InputOf<Input>>(
  name: string,
  { repeatable }: { readonly repeatable: boolean },
  columns: Readonly<Record<keyof Input & string, ColumnKind>>,
  write: (inputs: InputTable<keyof Input & string>) => RawBuilder<unknown>,
  routing?: Routing<keyof Input & string>,
): Statement<Input> {
  type Column = keyof Input & string;
  const names = Object.keys(columns) as Column[];

  function compile(formName: string, written: RawBuilder<unknown>) {
    if (Buffer.byteLength(formName) > 63) throw new Error(`PostgreSQL would cut the statement name ${formName}`);
    const compiled = written.compile(compiler);
    const places = compiled.parameters.map((parameter) => {
      // A value written into a statement would be the same on every run: that is a mistake.
      if (!(parameter instanceof Placeholder)) throw new Error(`${name} has a value of its own: ${String(parameter)}`);
      return parameter as Placeholder<Input>;
    });
    return { text: compiled.sql.replace(/\s+/g, ' ').trim(), places };
  }

  function form(formName: string, written: RawBuilder<unknown>): StatementForm<Input> {
    const { text, places } = compile(formName, written);
    return { name: formName, text, values: (inputs) => places.map((place) => place.value(inputs, 1)) };
  }

  /** @param pick writes a column's values */
  function inputsOf(
    pick: (column: Column, kind: RawBuilder<unknown>) => RawBuilder<unknown>,
    n: RawBuilder<unknown>,
  ): InputTable<Column> {
    return (alias, some = names) => {
      const picked = some.map((column) => sql`${pick(column, sql.raw(columns[column]))} as ${sql.ref(column)}`);
      return sql`(select ${sql.join([...picked, sql`${n} as n`])}) as ${sql.ref(alias)}`;
    };
  }

  function ofOne(column: Column): RawBuilder<unknown> {
    return placeholder<Input>(([input]) => textOf(input?.[column]));
  }

  function routedForm({ write, lockTimeout }: Routing<Column>): RoutedForm<Input> {
    // One placeholder for all uses of a column: a large value is sent once.
    const values = new Map<string, RawBuilder<unknown>>(
      names.map((column) => [column, sql`${ofOne(column)}::${sql.raw(columns[column])}`]),
    );
    values.set('n', sql`${placeholder<Input>((_, n) => String(n))}::integer`);
    const formName = `${name}.routed`;
    const { text, places } = compile(
      formName,
      write((column) => sql`${values.get(column)}`),
    );
    const placeholders = [...new Set(places)];
    return {
      name: formName,
      text: text.replace(/\$(\d+)/g, (_, place) => `$${placeholders.indexOf(places[Number(place) - 1] as never) + 1}`),
      values: (input, n) => placeholders.map((place) => place.value([input], n)),
      lockTimeout,
    };
  }

  let one: StatementForm<Input> | undefined;
  let many: StatementForm<Input> | undefined;
  let routed: RoutedForm<Input> | undefined;
  return {
    name,
    repeatable,
    get forOne() {
      one ??= form(`${name}.one`, write(inputsOf((column, kind) => sql`${ofOne(column)}::${kind}`, sql`1`)));
      return one;
    },
    get forMany() {
      if (many === undefined) {
        const inputs = inputsOf(
          (column, kind) => {
            const values = placeholder<Input>((inputs) => arrayLiteral(inputs, (input) => input[column]));
            return sql`unnest(${values}::${kind}[])`;
          },
          sql`generate_series(1, ${placeholder<Input>((inputs) => String(inputs.length))}::integer)`,
        );
        many = form(name, write(inputs));
      }
      return many;
    },
    get routed() {
      routed ??= routing && routedForm(routing);
      return routed;
    },
  };
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

function placeholder<Input>(value: ValueOf<Input>): RawBuilder<unknown> {
  return sql.val(new Placeholder(value));
}

function textOf(value: ColumnValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
