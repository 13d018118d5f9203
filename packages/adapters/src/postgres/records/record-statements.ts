import type { RecordRef } from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
import type { ColumnValue } from '../statements/array-literal.js';
import { type ColumnKind, type Statement, statement } from '../statements/statement.js';
import { columnNames, type RecordTable, type RowOf, readable, readableColumns } from './record-table.js';

// The statements of every kind of record, each with the owner in its conditions. Their shape does not depend on how many
// rows there are, so each is prepared once on each connection. Where rows are looked up, `cross join lateral (… limit 1)`
// pins the plan: one descent of an index for each, and of that index, whatever the planner believes about a table's size.

/** Inserts rows. */
export function insertStatement<Row extends RowOf<Row>>(table: RecordTable<Row>): Statement<Row> {
  const columns = sql.join(columnNames(table).map((column) => sql.ref(column)));
  return statement(`${table.name}.insert`, { repeatable: false }, table.columns, (inputs) => {
    return sql`insert into ${sql.table(table.name)} (${columns}) select ${columns} from ${inputs('added')}`;
  });
}

/** Gives the rows that were found, each with `n`, the number (from 1) of the reference that it belongs to. */
export function findStatement<Row>(table: RecordTable<Row>): Statement<RecordRef<string>> {
  const columns = { ownerId: 'text', id: 'text' } as const;
  return statement(`${table.name}.find`, { repeatable: true }, columns, (inputs) => {
    return sql`
      select wanted.n, ${readableColumns(table, 'stored')}
      from ${inputs('wanted')} cross join lateral (
        select * from ${sql.table(table.name)} where uuid = wanted.id limit 1
      ) as stored
      where stored.${sql.ref(table.owner)} = wanted."ownerId"`;
  });
}

/**
 * Gives each owner's first row in the order of the table's index, with `n` as above. The index has no more than 64
 * characters of `app_version`; where the version that comes first is that long, `exactly` has to be asked.
 */
export function latestStatement<Row>(
  table: RecordTable<Row>,
  date: keyof Row & string,
  { exactly }: { readonly exactly: boolean },
): Statement<Pick<RecordRef<string>, 'ownerId'>> {
  const name = `${table.name}.latest${exactly ? '-exactly' : ''}`;
  return statement(name, { repeatable: true }, { ownerId: 'text' }, (inputs) => {
    // Within one instant and one beginning, so only those that tie on both are sorted.
    const wholeVersion = exactly ? sql`app_version collate "C" desc,` : sql``;
    return sql`
      select wanted.n, ${readableColumns(table, 'stored')}
      from ${inputs('wanted')} cross join lateral (
        select * from ${sql.table(table.name)}
        where ${sql.ref(table.owner)} = wanted."ownerId"
        order by ${sql.ref(date)} desc, left(app_version, 64) collate "C" desc, ${wholeVersion}
          created desc, uuid collate "C" desc
        limit 1
      ) as stored`;
  });
}

/** A change of a row; besides these, for each changeable column its new value, null where it is not named. */
export interface UpdateInput extends RecordRef<string> {
  readonly at: string;
  readonly by: string;
  /** The row that is expected, as JSON, or null. */
  readonly expected: string | null;
  readonly [column: string]: ColumnValue | undefined;
}

/**
 * Changes rows, each in one step: only the named columns and the audit, and only where one of them differs from the row as
 * it is when its turn comes, and where the row is the expected one.
 *
 * Gives each row that was changed as it is afterwards, with `n` as above. Why one was not has to be asked afterwards (`compareStatement`): to
 * find that out in the same statement made it cost a third more for every change.
 *
 * `= any (array[…])` is `=` for the index, but no condition to merge or hash by, which PostgreSQL would do with a whole
 * index while a table is small; `is not distinct from` is `=` but for no index at all.
 *
 * @param lockTimeout how long it waits for a row that somebody else holds, in milliseconds
 */
export function updateStatement<Row>(
  table: RecordTable<Row>,
  name: string,
  lockTimeout: number,
): Statement<UpdateInput> {
  return statement(`${table.name}.${name}`, { repeatable: false }, changeColumns(table), (inputs) => {
    const sets = table.changeable.map((column) => sql`${sql.ref(column)} = ${changed(table, column)}`);
    return sql`
      update ${sql.table(table.name)} as stored
      set ${sql.join(sets)}, modified = change.at, modified_by_ = change.by
      from (select set_config('lock_timeout', ${sql.lit(`${lockTimeout}ms`)}, true)) as patience cross join ${inputs('change')}
      where stored.uuid = any (array[change.id]) and stored.${sql.ref(table.owner)} is not distinct from change."ownerId"
        and ${isExpected(table)} and ${differs(table)}
      returning change.n, ${readableColumns(table, 'stored')}`;
  });
}

/** What stands against a change, or nothing. */
export interface Comparison {
  readonly is_expected: boolean;
  /** Whether the change would change anything. */
  readonly is_different: boolean;
}

/** Gives the rows that changes are about, each with `n` as above, and compares them by the conditions of `updateStatement`. */
export function compareStatement<Row>(table: RecordTable<Row>): Statement<UpdateInput> {
  return statement(`${table.name}.compare`, { repeatable: true }, changeColumns(table), (inputs) => {
    return sql`
      select change.n, ${isExpected(table)} as is_expected, ${differs(table)} as is_different, ${readableColumns(table, 'stored')}
      from ${inputs('change')} cross join lateral (
        select * from ${sql.table(table.name)} where uuid = change.id limit 1
      ) as stored
      where stored.${sql.ref(table.owner)} = change."ownerId"`;
  });
}

function changeColumns<Row>({ columns, changeable, nullable }: RecordTable<Row>): Record<string, ColumnKind> {
  return {
    ...{ ownerId: 'text', id: 'text', at: 'timestamp', by: 'text', expected: 'json' },
    ...Object.fromEntries(changeable.map((column) => [newValue(column), columns[column]])),
    ...Object.fromEntries(nullable.map((column) => [named(column), 'boolean' as const])),
  };
}

/** The input with the new value of a column; null where it is not named, unless it may be null. */
export function newValue(column: string): string {
  return `new_${column}`;
}

/** Where a column may be null, another input says whether the change names it. */
export function named(column: string): string {
  return `${column}_named`;
}

function changed<Row>(table: RecordTable<Row>, column: keyof Row & string): RawBuilder<unknown> {
  const value = sql.ref(`change.${newValue(column)}`);
  const stored = sql.ref(`stored.${column}`);
  return table.nullable.includes(column)
    ? sql`case when ${sql.ref(`change.${named(column)}`)} then ${value} else ${stored} end`
    : sql`coalesce(${value}, ${stored})`;
}

function differs<Row>(table: RecordTable<Row>): RawBuilder<unknown> {
  const tests = table.changeable.map((column) => {
    const value = sql.ref(`change.${newValue(column)}`);
    return table.nullable.includes(column)
      ? sql`${sql.ref(`change.${named(column)}`)} and ${value} is distinct from ${readable(table, 'stored', column)}`
      : sql`${value} is not null and ${value} <> ${readable(table, 'stored', column)}`;
  });
  return sql`(${sql.join(tests, sql` or `)})`;
}

/** Compares the whole row, but for the columns it was found by. */
function isExpected<Row>(table: RecordTable<Row>): RawBuilder<unknown> {
  const tests = columnNames(table)
    .filter((column) => column !== 'uuid' && column !== table.owner)
    .map((column) => {
      const expected = sql`(change.expected ->> ${sql.lit(column)})::${sql.raw(table.columns[column])}`;
      return sql`${readable(table, 'stored', column)} is not distinct from ${expected}`;
    });
  return sql`(change.expected is null or (${sql.join(tests, sql` and `)}))`;
}
