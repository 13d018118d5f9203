import { type RawBuilder, sql } from 'kysely';
import type { ColumnValue } from '../statements/array-literal.js';
import type { ColumnKind } from '../statements/placeholders.js';
import type { Columns, RowWith } from './columns.js';
import { EARLIEST_DATE, LATEST_DATE } from './representable-date.js';

/** What the shared code for records needs to know about one table. `Row` is what its statements take and return. */
export interface RecordTable<Row> {
  readonly name: string;
  /** The column that holds the record's owner. */
  readonly owner: keyof Row & string;
  /** Every column of the table: how it is sent and how it is read. */
  readonly columns: Readonly<Record<keyof Row & string, ColumnKind>>;
  /** The columns that a change may name. */
  readonly changeable: readonly (keyof Row & string)[];
  /** The nullable columns. */
  readonly nullable: readonly (keyof Row & string)[];
}

/** Describes a table of records: its name, its owner column, and its columns in order. */
export function recordTable<C extends Columns>(
  name: string,
  owner: keyof C & string,
  definition: C,
): RecordTable<RowWith<C>> & { readonly definition: C } {
  const columns = Object.entries(definition) as [keyof C & string, C[keyof C & string]][];
  return {
    name,
    owner,
    definition,
    columns: Object.fromEntries(columns.map(([column, { kind }]) => [column, kind])) as Record<
      keyof C & string,
      ColumnKind
    >,
    changeable: columns.filter(([, { isChangeable }]) => isChangeable).map(([column]) => column),
    nullable: columns.filter(([, { isNullable }]) => isNullable).map(([column]) => column),
  };
}

/** What a row's values may be. Written so that interfaces, which have no index signature, fit too. */
export type RowOf<Row> = Record<keyof Row, ColumnValue>;

/** New values for the columns that a change names; absent or undefined ones stay as they are. */
export type ColumnChanges<Row> = { readonly [Column in keyof Row]?: Row[Column] | undefined };

/** The names of all columns, in the order in which statements take them. */
export function columnNames<Row>(table: RecordTable<Row>): (keyof Row & string)[] {
  return Object.keys(table.columns) as (keyof Row & string)[];
}

/** Returns the number of characters in a row's texts. */
export function sizeOf<Column extends string>(
  columns: readonly Column[],
  row: { readonly [Name in Column]?: ColumnValue | undefined },
): number {
  let size = 0;
  for (const column of columns) {
    const value = row[column];
    if (typeof value === 'string') size += value.length;
  }
  return size;
}

/**
 * A column of the row `alias` as the domain sees it: a date outside the years 0001 to 9999 (`infinity`, `BC`) becomes the
 * nearest one inside, NaN and infinities become null, -0 becomes 0. The original let these in; such a record must be
 * readable, and comparable with what was read, so that it can be repaired.
 */
export function readable<Row>(table: RecordTable<Row>, alias: string, column: keyof Row & string): RawBuilder<unknown> {
  const stored = sql.ref(`${alias}.${column}`);
  switch (table.columns[column]) {
    case 'timestamp':
      return sql`least(greatest(${stored}, timestamp ${sql.lit(EARLIEST_DATE)}), timestamp ${sql.lit(LATEST_DATE)})`;
    case 'timestamptz':
      return sql`least(greatest(${stored}, timestamptz ${sql.lit(`${EARLIEST_DATE}+00`)}), timestamptz ${sql.lit(`${LATEST_DATE}+00`)})`;
    case 'double precision':
      return sql`case when abs(${stored}) < 'infinity' then ${stored} + 0 end`;
    default:
      return stored;
  }
}

/** All columns of the row `alias` as the domain sees them, under their own names. */
export function readableColumns<Row>(table: RecordTable<Row>, alias: string): RawBuilder<unknown> {
  return sql.join(columnNames(table).map((column) => sql`${readable(table, alias, column)} as ${sql.ref(column)}`));
}
