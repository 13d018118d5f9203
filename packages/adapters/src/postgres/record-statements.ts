import { type RawBuilder, sql } from 'kysely';
import { allSeen, columnNames, type RecordTable, seen } from './record-table.js';
import { type Statement, statement } from './statement.js';

// The statements of every kind of record, written for many rows at a time and each with the owner in its conditions. Their
// shape does not depend on how many rows there are, so each is prepared once on each connection. Where several rows are
// looked up, `cross join lateral (… limit 1)` pins the plan: one descent of an index for each, whatever the planner believes
// about the size of a table.

/** Inserts rows; values by column, each an array. */
export function insertStatement<Row>(table: RecordTable<Row>): Statement<Record<string, unknown>> {
  const columns = columnNames(table);
  return statement(`${table.name}.insert`, { repeatable: false }, (place) => {
    const arrays = columns.map((column) => sql`${place(column)}::${sql.raw(table.columns[column])}[]`);
    return sql`
      insert into ${sql.table(table.name)} (${sql.join(columns.map((column) => sql.ref(column)))})
      select * from unnest(${sql.join(arrays)})`;
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
        select * from ${sql.table(table.name)}
        where uuid = wanted.id and ${sql.ref(table.owner)} = wanted.owner
        limit 1
      ) as stored`;
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

export type UpdateResult = 'updated' | 'unchanged' | 'stale' | 'overtaken';

/**
 * Changes rows, each in one step: only the named columns, and the audit only where one of them differs.
 *
 * Gives each row that exists as it is afterwards, with `n` as above and `result`. The second part of the union explains
 * those that were not updated by the same snapshot that the update started from. Where that says "should have been", another
 * transaction has changed the row in between and the answer is `overtaken`: nothing was done, ask again.
 */
export function updateStatement<Row>(table: RecordTable<Row>): Statement<UpdateValues> {
  const { changeable, nullable = [] } = table;
  return statement(`${table.name}.update`, { repeatable: false }, (place) => {
    const array = (name: string, kind: string) => sql`${place(name)}::${sql.raw(kind)}[]`;
    const arrays = [
      ...[array('owners', 'text'), array('ids', 'text'), array('at', 'timestamp'), array('by', 'text')],
      array('expected', 'text'),
      ...changeable.map((column) => array(column, table.columns[column])),
      ...nullable.map((column) => array(named(column), 'boolean')),
    ];
    const names = ['owner', 'id', 'at', 'by', 'expected', ...changeable, ...nullable.map(named), 'n'];
    const sets = changeable.map((column) => sql`${sql.ref(column)} = ${newValue(column, nullable.includes(column))}`);
    return sql`
      with change as materialized (
        select change.*
        from (select set_config('lock_timeout', ${place('patience')}, true)) as patience,
          unnest(${sql.join(arrays)}) with ordinality as change (${sql.join(names.map((name) => sql.ref(name)))})
      ), updated as (
        update ${sql.table(table.name)} as stored
        set ${sql.join(sets)}, modified = change.at, modified_by_ = change.by
        from change
        where stored.uuid = change.id and stored.${sql.ref(table.owner)} = change.owner
          and ${differs(table)} and ${isExpected(table)}
        returning change.n::integer as n, ${allSeen(table, 'stored')}
      )
      select 'updated' as result, * from updated
      union all
      select
        case when not ${isExpected(table)} then 'stale' when ${differs(table)} then 'overtaken' else 'unchanged' end,
        change.n::integer, ${allSeen(table, 'stored')}
      from change cross join lateral (
        select * from ${sql.table(table.name)}
        where uuid = change.id and ${sql.ref(table.owner)} = change.owner
        limit 1
      ) as stored
      where not exists (select from updated where updated.n = change.n)`;
  });
}

/** Where a column may be null, a second array says whether the change names it. */
export function named(column: string): string {
  return `${column}_named`;
}

function newValue(column: string, isNullable: boolean): RawBuilder<unknown> {
  const [change, stored] = [sql.ref(`change.${column}`), sql.ref(`stored.${column}`)];
  return isNullable
    ? sql`case when ${sql.ref(`change.${named(column)}`)} then ${change} else ${stored} end`
    : sql`coalesce(${change}, ${stored})`;
}

function differs<Row>(table: RecordTable<Row>): RawBuilder<unknown> {
  const tests = table.changeable.map((column) => {
    const change = sql.ref(`change.${column}`);
    return table.nullable?.includes(column)
      ? sql`${sql.ref(`change.${named(column)}`)} and ${change} is distinct from ${seen(table, 'stored', column)}`
      : sql`${change} is not null and ${change} <> ${seen(table, 'stored', column)}`;
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
