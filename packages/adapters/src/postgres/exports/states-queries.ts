import { type Kysely, type RawBuilder, sql } from 'kysely';
import { ownersQuery } from '../lists/owners-query.js';
import { sizeOfTexts } from '../lists/record-list.js';
import { columnNames, type RecordTable, readableColumns } from '../records/record-table.js';
import type { Database } from '../tables.js';

/** How many states a chunk holds of a kind, and how many bytes of text … */
export const MOST_STATES = 2_000;
export const MOST_BYTES = 1_048_576;
/** … however long they are: the state at the place after which it begins, and the next. */
export const FEWEST_STATES = 2;

export interface WantedStates {
  readonly id: string;
  /** Known where Citus distributes the records. */
  readonly owner: string | undefined;
  /** The number of the first state to read. */
  readonly first: number;
  /** The kept number of the state that is numbered 1; undefined: of the oldest one. */
  readonly oldest: number | undefined;
}

/** A state of a record, beside its columns. */
export interface StateRow {
  readonly uuid: string;
  readonly revision: number;
  /** Null for the present state. */
  readonly oldest: number | null;
  /** How many states were read before the limit in bytes applied. */
  readonly read: number;
}

/** Returns a query of the states of many records: the kept ones, then the present one. */
export function statesOfMany<Row>(
  table: RecordTable<Row>,
): (db: Kysely<Database>, records: readonly WantedStates[]) => Promise<readonly StateRow[]> {
  return async (db, records) => {
    const ids = records.map(({ id }) => id);
    const firsts = records.map(({ first }) => first);
    const oldest = records.map((record) => record.oldest ?? null);
    const wanted = sql`unnest(${ids}::text[], ${firsts}::integer[], ${oldest}::integer[]) as wanted (uuid, first, oldest)`;
    const { rows } = await sql<StateRow>`${states(table, wanted, () => sql`true`)}`.execute(db);
    return rows;
  };
}

/** Returns the same query for one record of a known owner. */
export function statesOfOne<Row>(
  table: RecordTable<Row>,
): (db: Kysely<Database>, record: WantedStates) => Promise<readonly StateRow[]> {
  const takes = { owner: 'text', id: 'text', first: 'integer', oldest: 'integer' } as const;
  return ownersQuery<WantedStates, StateRow>(`${table.name}.export-states`, takes, (value) => {
    const wanted = sql`(select ${value('id')} as uuid, ${value('first')} as first, ${value('oldest')} as oldest) as wanted`;
    return states(table, wanted, (row) => sql`${sql.ref(`${row}.${table.owner}`)} = ${value('owner')}`);
  });
}

/**
 * @param wanted the records, as `wanted`
 * @param isOwned the condition that a row is of their owner, where that is known
 */
function states<Row>(
  table: RecordTable<Row>,
  wanted: RawBuilder<unknown>,
  isOwned: (row: string) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  const kept = sql.table(`${table.name}_revision`);
  const of = (alias: string) => sql.join(columnNames(table).map((column) => sql.ref(`${alias}.${column}`)));
  return sql`
    with known as materialized (
      select wanted.uuid, wanted.first, coalesce(wanted.oldest, range.oldest, 1) as oldest,
             greatest(coalesce(range.newest, 0) + 1, wanted.oldest + wanted.first) as present
        from ${wanted} cross join lateral (
          select min(number) as oldest, max(number) as newest
            from ${kept} as earlier where earlier.uuid = wanted.uuid and ${isOwned('earlier')}
        ) as range
    ), states as (
      (select earlier.number - known.oldest + 1 as revision, known.oldest, ${of('earlier')}
         from known join ${kept} as earlier
           on earlier.uuid = known.uuid and earlier.number >= known.oldest + known.first - 1 and ${isOwned('earlier')})
      union all
      (select known.present - known.oldest + 1, null, ${of('stored')}
         from known join ${sql.table(table.name)} as stored on stored.uuid = known.uuid and ${isOwned('stored')}
        where known.present - known.oldest + 1 >= known.first)
      order by uuid, revision limit ${sql.lit(MOST_STATES + 1)}
    ), counted as (
      select *, count(*) over ()::integer as read, row_number() over in_order as line_number,
             sum(${sizeOfTexts(table)}) over in_order as bytes
        from states window in_order as (order by uuid, revision rows unbounded preceding)
    )
    select revision, oldest, read, ${readableColumns(table, 'counted')} from counted
     where line_number <= ${sql.lit(FEWEST_STATES)} or (line_number <= ${sql.lit(MOST_STATES)} and bytes <= ${sql.lit(MOST_BYTES)})
     order by uuid, revision`;
}
