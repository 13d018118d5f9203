import { type RawBuilder, sql } from 'kysely';
import { type ColumnKind, compile, type InputOf, oneValue, type PreparedText, placeholder } from './placeholders.js';

/** A statement for one input. Its owner is a plain value to the planner: Citus's sends the statement to the owner's shard. */
export interface RoutedForm<Input> extends PreparedText {
  /** @param n numbers the input among those that are sent together, from 1 */
  values(input: Input, n: number): (string | null)[];
  /** How long it waits for a lock, in milliseconds; absent: as long as its session does. */
  readonly lockTimeout: number | undefined;
}

/** Makes the value of an input's column, or its number, `n`. The planner sees it: no subquery is around it. */
export type InputValue<Column extends string> = (column: Column | 'n') => RawBuilder<unknown>;

/** How a statement is written for one row of one owner. */
export interface Routing<Column extends string> {
  readonly write: (value: InputValue<Column>) => RawBuilder<unknown>;
  readonly lockTimeout?: number;
}

export function routedForm<Input extends InputOf<Input>>(
  name: string,
  columns: Readonly<Record<keyof Input & string, ColumnKind>>,
  { write, lockTimeout }: Routing<keyof Input & string>,
): RoutedForm<Input> {
  const names = Object.keys(columns) as (keyof Input & string)[];
  // One placeholder for all uses of a column: a large value is sent once, and the same owner is seen to be the same.
  const values = new Map<string, RawBuilder<unknown>>(
    names.map((column) => [column, sql`${oneValue<Input>(column)}::${sql.raw(columns[column])}`]),
  );
  values.set('n', sql`${placeholder<Input>((_, n) => String(n))}::integer`);
  const written = write((column) => sql`${values.get(column)}`);
  const formName = `${name}.routed`;
  const { text, places } = compile<Input>(formName, written);
  const placeholders = [...new Set(places)];
  return {
    name: formName,
    text: text.replace(/\$(\d+)/g, (_, place) => `$${placeholders.indexOf(places[Number(place) - 1] as never) + 1}`),
    values: (input, n) => placeholders.map((place) => place.value([input], n)),
    lockTimeout,
  };
}
