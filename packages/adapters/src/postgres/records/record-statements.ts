import { type RawBuilder, sql } from 'kysely';
import { type Statement, statement } from '../statements/statement.js';
import { allSeen, columnNames, type RecordTable, seen } from './record-table.js';

// The statements of every kind of record, written for many rows at a time and each with the owner in its conditions. Their
// shape does not depend on how many rows there are, so each is prepared once on each connection. Where several rows are
// looked up, `cross join lateral (… limit 1)` pins the plan: one descent of an index for each, and of that index, whatever
// the planner believes about the size of a table.

/**
 * Inserts rows; values by column, each an array of the same length.
 *
 * The arrays are opened in the select list, where PostgreSQL walks through all of them at once: `from unnest(…)` puts each
 * aside in a store of its own first, which took a third of the time for one row (241 us, now 156) and a tenth for sixteen.
 */
export function insertStatement<Row>(table: RecordTable<Row>): Statement<Record<string, unknown>> {
  const columns = columnNames(table);
  return statement(`${table.name}.insert`, { repeatable: false }, (place) => {
    const values = columns.map((column) => sql`unnest(${place(column)}::${sql.raw(table.columns[column])}[])`);
    return sql`
      insert into ${sql.table(table.name)} (${sql.join(columns.map((column) => sql.ref(column)))})
      select ${sql.join(values)}`;
  });
}

/** Arrays of the same length. */
export interface FindValues {
  readonly owners: string;
  readonly ids: string;
}

/** Gives the rows that were found, each with `n`, the number (from 1) of the reference that it belongs to. */
export function findStatement<Row>(table: RecordTable<Row>): Statement<FindValues> {
  return statement(`${table.name}.find`, { repeatable: true }, (place) => {
    const wanted = sql`unnest(${place('owners')}::text[], ${place('ids')}::text[]) with ordinality as wanted (owner, id, n)`;
    return sql`
      select wanted.n::integer as n, ${allSeen(table, 'stored')}
      from ${wanted} cross join lateral (
        select * from ${sql.table(table.name)} where uuid = wanted.id limit 1
      ) as stored
      where stored.${sql.ref(table.owner)} = wanted.owner`;
  });
}

/** An array. */
export interface LatestValues {
  readonly owners: string;
}

/**
 * Gives each owner's first row in the order of the table's index, with `n` as above. The index has no more than 64
 * characters of `app_version`; where the version that comes first is that long, `exactly` has to be asked.
 */
export function latestStatement<Row>(
  table: RecordTable<Row>,
  date: keyof Row & string,
  { exactly }: { readonly exactly: boolean },
): Statement<LatestValues> {
  const name = `${table.name}.latest${exactly ? '-exactly' : ''}`;
  return statement(name, { repeatable: true }, (place) => {
    // Within one instant and one beginning, so only those that tie on both are sorted.
    const wholeVersion = exactly ? sql`app_version collate "C" desc,` : sql``;
    return sql`
      select wanted.n::integer as n, ${allSeen(table, 'stored')}
      from unnest(${place('owners')}::text[]) with ordinality as wanted (owner, n) cross join lateral (
        select * from ${sql.table(table.name)}
        where ${sql.ref(table.owner)} = wanted.owner
        order by ${sql.ref(date)} desc, left(app_version, 64) collate "C" desc, ${wholeVersion}
          created desc, uuid collate "C" desc
        limit 1
      ) as stored`;
  });
}

/** Arrays of the same length; besides these, for each changeable column its new values, null where it is not named. */
export interface UpdateValues {
  /** How many changes there are. One value. */
  readonly count: string;
  /** How long to wait for a row that somebody else holds, for example `100ms`. One value. */
  readonly patience: string;
  readonly owners: string;
  readonly ids: string;
  readonly at: string;
  readonly by: string;
  /** The row that is expected, as JSON, or null. */
  readonly expected: string;
  readonly [column: string]: string;
}

/**
 * Changes rows, each in one step: only the named columns and the audit, and only where one of them differs from the row as
 * it is when its turn comes, and where the row is the expected one.
 *
 * Gives each row that was changed as it is afterwards, with `n` as above. Why one was not has to be asked afterwards: to
 * find that out in the same statement made it cost a third more for every change.
 *
 * `= any (array[…])` is `=` for the index, but no condition to merge or hash by, which PostgreSQL would do with a whole
 * index while a table is small; `is not distinct from` is `=` but for no index at all.
 */
export function updateStatement<Row>(table: RecordTable<Row>): Statement<UpdateValues> {
  const { changeable, nullable = [] } = table;
  return statement(`${table.name}.update`, { repeatable: false }, (place) => {
    const array = (values: string, kind: string) => sql`unnest(${place(values)}::${sql.raw(kind)}[])`;
    const arrays = [
      ...[array('owners', 'text'), array('ids', 'text'), array('at', 'timestamp'), array('by', 'text')],
      array('expected', 'text'),
      ...changeable.map((column) => array(column, table.columns[column])),
      ...nullable.map((column) => array(named(column), 'boolean')),
      sql`generate_series(1, ${place('count')}::integer)`,
    ];
    const names = ['owner', 'id', 'at', 'by', 'expected', ...changeable.map(changed), ...nullable.map(named), 'n'];
    const sets = changeable.map((column) => sql`${sql.ref(column)} = ${newValue(table, column)}`);
    return sql`
      update ${sql.table(table.name)} as stored
      set ${sql.join(sets)}, modified = change.at, modified_by_ = change.by
      from (select set_config('lock_timeout', ${place('patience')}, true)) as patience
        cross join (select ${sql.join(arrays)}) as change (${sql.join(names.map((column) => sql.ref(column)))})
      where stored.uuid = any (array[change.id]) and stored.${sql.ref(table.owner)} is not distinct from change.owner
        and ${isExpected(table)} and ${differs(table)}
      returning change.n, ${allSeen(table, 'stored')}`;
  });
}

/** The new value of a column; null where it is not named, unless it may be null. */
function changed(column: string): string {
  return `new_${column}`;
}

/** Where a column may be null, a second array says whether the change names it. */
export function named(column: string): string {
  return `${column}_named`;
}

function newValue<Row>(table: RecordTable<Row>, column: keyof Row & string): RawBuilder<unknown> {
  const value = sql.ref(`change.${changed(column)}`);
  const stored = sql.ref(`stored.${column}`);
  return table.nullable?.includes(column)
    ? sql`case when ${sql.ref(`change.${named(column)}`)} then ${value} else ${stored} end`
    : sql`coalesce(${value}, ${stored})`;
}

function differs<Row>(table: RecordTable<Row>): RawBuilder<unknown> {
  const tests = table.changeable.map((column) => {
    const value = sql.ref(`change.${changed(column)}`);
    return table.nullable?.includes(column)
      ? sql`${sql.ref(`change.${named(column)}`)} and ${value} is distinct from ${seen(table, 'stored', column)}`
      : sql`${value} is not null and ${value} <> ${seen(table, 'stored', column)}`;
  });
  return sql`(${sql.join(tests, sql` or `)})`;
}

/** Compares the whole row, but for the columns it was found by. */
function isExpected<Row>(table: RecordTable<Row>): RawBuilder<unknown> {
  const tests = columnNames(table)
    .filter((column) => column !== 'uuid' && column !== table.owner)
    .map((column) => {
      const expected = sql`(change.expected::json ->> ${sql.lit(column)})::${sql.raw(table.columns[column])}`;
      return sql`${seen(table, 'stored', column)} is not distinct from ${expected}`;
    });
  return sql`(change.expected is null or (${sql.join(tests, sql` and `)}))`;
}
