import type { RecordRef } from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
import type { ColumnValue } from '../statements/array-literal.js';
import type { ColumnKind } from '../statements/placeholders.js';
import type { InputValue } from '../statements/routed-form.js';
import { type Statement, statement } from '../statements/statement.js';
import { columnNames, type RecordTable, type RowOf, readable, readableColumns } from './record-table.js';

// The statements of every kind of record, each with the owner in its conditions. Their shape does not depend on the number
// of rows, so each is prepared once per connection. In look-ups, `cross join lateral (… limit 1)` pins the plan: one
// descent of one particular index for each row, whatever the planner believes about a table's size. The forms for Citus
// have one row and its owner as a plain condition, which tells the coordinator the shard.

/** Inserts rows. */
export function insertStatement<Row extends RowOf<Row>>(table: RecordTable<Row>): Statement<Row> {
  const names = columnNames(table);
  const into = sql`insert into ${sql.table(table.name)} (${sql.join(names.map((name) => sql.ref(name)))})`;
  return statement(
    `${table.name}.insert`,
    { repeatable: false },
    table.columns,
    (inputs) => sql`${into} select ${sql.join(names.map((name) => sql.ref(name)))} from ${inputs('added')}`,
    { write: (value) => sql`${into} values (${sql.join(names.map(value))})` },
  );
}

/** Returns the rows found, each with `n`, the number (from 1) of its reference. */
export function findStatement<Row>(table: RecordTable<Row>): Statement<RecordRef<string>> {
  const columns = { ownerId: 'text', id: 'text' } as const;
  return statement(
    `${table.name}.find`,
    { repeatable: true },
    columns,
    (inputs) => sql`
      select wanted.n, ${readableColumns(table, 'stored')}
      from ${inputs('wanted')} cross join lateral (
        select * from ${sql.table(table.name)} where uuid = wanted.id limit 1
      ) as stored
      where stored.${sql.ref(table.owner)} = wanted."ownerId"`,
    {
      write: (value) => sql`
        select ${value('n')} as n, ${readableColumns(table, 'stored')} from ${sql.table(table.name)} as stored
        where ${isRow(table, value)}`,
    },
  );
}

/** The condition of one row, in the forms for Citus. */
function isRow<Row>(table: RecordTable<Row>, value: InputValue<'ownerId' | 'id'>): RawBuilder<unknown> {
  return sql`stored.uuid = ${value('id')} and stored.${sql.ref(table.owner)} = ${value('ownerId')}`;
}

/** A change of a row; it also has each changeable column's new value, null if the change does not name the column. */
export interface UpdateInput extends RecordRef<string> {
  readonly at: string;
  readonly by: string;
  /** The expected row as JSON, or null. */
  readonly expected: string | null;
  readonly [column: string]: ColumnValue | undefined;
}

/**
 * Changes rows, each atomically: only the named columns and the audit, only if one of them differs from the row as it is
 * when its turn comes, and only if the row is the expected one.
 *
 * Returns each changed row as it is afterwards, with `n` as above. `compareStatement` finds out why a row did not change:
 * doing so in the same statement made every change cost a third more.
 *
 * `= any (array[…])` is `=` to the index, but not a condition to merge or hash by, which PostgreSQL would do with a whole
 * index while a table is small; `is not distinct from` is `=` that no index can serve.
 *
 * @param lockTimeout how long it waits for a row that another session holds, in milliseconds
 */
export function updateStatement<Row>(
  table: RecordTable<Row>,
  name: string,
  lockTimeout: number,
): Statement<UpdateInput> {
  const update = (value: ChangeValue) => {
    const sets = table.changeable.map((column) => sql`${sql.ref(column)} = ${changed(table, column, value)}`);
    return sql`
      update ${sql.table(table.name)} as stored
      set ${sql.join(sets)}, modified = ${value('at')}, modified_by_ = ${value('by')}`;
  };
  return statement(
    `${table.name}.${name}`,
    { repeatable: false },
    changeColumns(table),
    (inputs) => sql`
      ${update(ofChange)}
      from (select set_config('lock_timeout', ${sql.lit(`${lockTimeout}ms`)}, true)) as patience cross join ${inputs('change')}
      where stored.uuid = any (array[change.id]) and stored.${sql.ref(table.owner)} is not distinct from change."ownerId"
        and ${isExpected(table, ofChange)} and ${differs(table, ofChange)}
      returning change.n, ${readableColumns(table, 'stored')}`,
    {
      write: (value) => sql`
        ${update(value)}
        where ${isRow(table, value)} and ${isExpected(table, value)} and ${differs(table, value)}
        returning ${value('n')} as n, ${readableColumns(table, 'stored')}`,
      lockTimeout,
    },
  );
}

/** What prevents a change, if anything. */
export interface Comparison {
  readonly is_expected: boolean;
  /** Whether the change would change anything. */
  readonly is_different: boolean;
}

/** Returns the target rows of changes, each with `n` as above, compared by the conditions of `updateStatement`. */
export function compareStatement<Row>(table: RecordTable<Row>): Statement<UpdateInput> {
  const compared = (value: ChangeValue) => {
    const results = sql`${isExpected(table, value)} as is_expected, ${differs(table, value)} as is_different`;
    return sql`${results}, ${readableColumns(table, 'stored')}`;
  };
  return statement(
    `${table.name}.compare`,
    { repeatable: true },
    changeColumns(table),
    (inputs) => sql`
      select change.n, ${compared(ofChange)}
      from ${inputs('change')} cross join lateral (
        select * from ${sql.table(table.name)} where uuid = change.id limit 1
      ) as stored
      where stored.${sql.ref(table.owner)} = change."ownerId"`,
    {
      write: (value) => sql`
        select ${value('n')} as n, ${compared(value)} from ${sql.table(table.name)} as stored where ${isRow(table, value)}`,
    },
  );
}

/** Names a value of a change: its column in the table of inputs, or its placeholder. */
type ChangeValue = InputValue<string>;

const ofChange: ChangeValue = (column) => sql.ref(`change.${column}`);

function changeColumns<Row>({ columns, changeable, nullable }: RecordTable<Row>): Record<string, ColumnKind> {
  return {
    ...{ ownerId: 'text', id: 'text', at: 'timestamp', by: 'text', expected: 'json' },
    ...Object.fromEntries(changeable.map((column) => [newValue(column), columns[column]])),
    ...Object.fromEntries(nullable.map((column) => [named(column), 'boolean' as const])),
  };
}

/** The input with a column's new value; null if the change does not name it, unless the column may be null. */
export function newValue(column: string): string {
  return `new_${column}`;
}

/** If a column may be null, another input says whether the change names it. */
export function named(column: string): string {
  return `${column}_named`;
}

function changed<Row>(table: RecordTable<Row>, column: keyof Row & string, value: ChangeValue): RawBuilder<unknown> {
  const changedTo = value(newValue(column));
  const stored = sql.ref(`stored.${column}`);
  return table.nullable.includes(column)
    ? sql`case when ${value(named(column))} then ${changedTo} else ${stored} end`
    : sql`coalesce(${changedTo}, ${stored})`;
}

function differs<Row>(table: RecordTable<Row>, value: ChangeValue): RawBuilder<unknown> {
  const tests = table.changeable.map((column) => {
    const changedTo = value(newValue(column));
    return table.nullable.includes(column)
      ? sql`${value(named(column))} and ${changedTo} is distinct from ${readable(table, 'stored', column)}`
      : sql`${changedTo} is not null and ${changedTo} <> ${readable(table, 'stored', column)}`;
  });
  return sql`(${sql.join(tests, sql` or `)})`;
}

/** Compares the whole row, except the columns it was found by. */
function isExpected<Row>(table: RecordTable<Row>, value: ChangeValue): RawBuilder<unknown> {
  const tests = columnNames(table)
    .filter((column) => column !== 'uuid' && column !== table.owner)
    .map((column) => {
      const expected = sql`(${value('expected')} ->> ${sql.lit(column)})::${sql.raw(table.columns[column])}`;
      return sql`${readable(table, 'stored', column)} is not distinct from ${expected}`;
    });
  return sql`(${value('expected')} is null or (${sql.join(tests, sql` and `)}))`;
}
