import { type RawBuilder, sql } from 'kysely';
import { arrayLiteral } from './array-literal.js';
import { type ColumnKind, compile, type InputOf, oneValue, type PreparedText, placeholder } from './placeholders.js';
import { type RoutedForm, type Routing, routedForm } from './routed-form.js';

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

export interface StatementForm<Input> extends PreparedText {
  /** The values in the order of the placeholders. */
  values(inputs: readonly Input[]): (string | null)[];
}

/** Makes the table of inputs, under its own name: their columns, or some of them, and `n`, which counts them from 1. */
export type InputTable<Column extends string> = (alias: string, columns?: readonly Column[]) => RawBuilder<unknown>;

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

  function form(formName: string, written: RawBuilder<unknown>): StatementForm<Input> {
    const { text, places } = compile<Input>(formName, written);
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

  let one: StatementForm<Input> | undefined;
  let many: StatementForm<Input> | undefined;
  let routed: RoutedForm<Input> | undefined;
  return {
    name,
    repeatable,
    get forOne() {
      one ??= form(`${name}.one`, write(inputsOf((column, kind) => sql`${oneValue<Input>(column)}::${kind}`, sql`1`)));
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
      routed ??= routing && routedForm(name, columns, routing);
      return routed;
    },
  };
}
