import type { RecordRef } from '@polaris-telemetry/domain';
import { type Kysely, sql } from 'kysely';
import { columnNames, type RecordTable, readable, readableColumns } from '../records/record-table.js';
import type { Database } from '../tables.js';
import { ownersQuery } from './owners-query.js';
import { LONGEST_PAGE } from './read-page.js';
import { sizeOfTexts } from './record-list.js';

/** Which states of a record to read. */
export interface WantedStates extends RecordRef<string> {
  /** Only states at lower positions. */
  readonly before: number;
  readonly limit: number;
}

/** A state of a record; if the range holds none, one row with a null `position` and null columns. */
export type StateRow<Row> = Row & {
  readonly position: number | null;
  readonly oldest_position: number;
  readonly oldest_created: string;
  readonly oldest_modified: string;
};

/** What every row has. */
export interface Dated {
  readonly created: string;
  readonly modified: string;
}

/**
 * Reads a record's states newest first, as many as requested and as fit into a page, but at least two. The present
 * state is numbered after the kept ones. Every part is one descent of an index, at any depth.
 *
 * @returns a function that reads them; it finds no row if the owner has no such record
 */
export function statesQuery<Row extends Dated>(
  table: RecordTable<Row>,
): (db: Kysely<Database>, wanted: WantedStates) => Promise<readonly StateRow<Row>[]> {
  const owner = sql.ref(table.owner);
  const present = sql.table(table.name);
  const kept = sql.table(`${table.name}_revision`);
  const columns = sql.join(columnNames(table).map((column) => sql.ref(column)));
  const takes = { ownerId: 'text', id: 'text', before: 'bigint', limit: 'integer' } as const;

  return ownersQuery<WantedStates, StateRow<Row>>(`${table.name}.states`, takes, (value) => {
    const isIts = sql`${owner} = ${value('ownerId')} and uuid = ${value('id')}`;
    return sql`
      with present as materialized (
        select ${columns} from ${present} where ${isIts}
      ), known as materialized (
        select coalesce(min(number), 1) as oldest_position, coalesce(max(number), 0) + 1 as position
          from ${kept} where ${isIts}
      ), states as (
        (select position, ${columns} from present, known where position < ${value('before')})
        union all
        (select number, ${columns} from ${kept}
          where ${isIts} and number < ${value('before')} order by number desc limit ${value('limit')})
        order by position desc limit ${value('limit')}
      ), counted as (
        select *, row_number() over newest_first as place, sum(${sizeOfTexts(table)}) over newest_first as bytes
          from states window newest_first as (order by position desc)
      )
      select stored.position, known.oldest_position, ${readableColumns(table, 'stored')},
             ${readable(table, 'oldest', 'created')} as oldest_created, ${readable(table, 'oldest', 'modified')} as oldest_modified
        from present cross join known
        cross join lateral (
          (select number, created, modified from ${kept} where ${isIts} order by number limit 1)
          union all
          select known.position, created, modified from present
          order by number limit 1
        ) as oldest
        left join counted as stored on stored.place <= 2 or stored.bytes <= ${sql.lit(LONGEST_PAGE)}
       order by stored.position desc`;
  });
}
