import type { CountedGroups, Device, GroupRequest } from '@polaris-telemetry/domain';
import { type Kysely, sql } from 'kysely';
import { LONGEST_PAGE } from '../../lists/read-page.js';
import type { RecordTable } from '../../records/record-table.js';
import type { Database } from '../../tables.js';
import { columnOf, groupsCondition, isOnTexts } from './fleet-filter.js';
import { memberFilter, membersCondition } from './member-filter.js';

interface GroupRow {
  /** Totals over all groups, repeated in each row. */
  readonly everybody: number;
  readonly groups: number;
  /** Null if there is no group. */
  readonly names: string | null;
  readonly people: number;
}

/** Counts the current installations that pass a filter, grouped by texts that they share. */
export async function countGroups<Row, D extends Device>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  { filter, by, top }: GroupRequest<D>,
): Promise<Omit<CountedGroups, 'asOf'>> {
  const columns = by.map((name) => sql.ref(columnOf(name)));
  const isOfGroups = isOnTexts(filter);
  const condition = isOfGroups
    ? await groupsCondition(db, table.name, filter)
    : membersCondition(await memberFilter(db, table, filter));
  const from = isOfGroups ? `fleet_${table.name}_group` : `fleet_${table.name}`;
  const people = isOfGroups ? sql`sum(people)::integer` : sql`count(*)::integer`;
  const order = sql`people desc, ${sql.join(columns.map((column) => sql`${column} collate "C"`))}`;
  const size = sql.join(
    columns.map((column) => sql`octet_length(${column})`),
    sql` + `,
  );
  const { rows } = await sql<GroupRow>`
    with by_name as materialized (
      select ${sql.join(columns)}, ${people} as people
        from ${sql.table(from)} where ${condition} group by ${sql.join(columns)}
    ),
    first as (
      select *, row_number() over (order by ${order}) as number,
             sum(${size}) over (order by ${order} rows unbounded preceding) as size_so_far
        from (select * from by_name order by ${order} limit ${top}) as top
    )
    select everybody, groups, json_build_array(${sql.join(columns)})::text as names, people
      from (select coalesce(sum(people), 0)::integer as everybody, count(*)::integer as groups from by_name) as total
      left join first on number = 1 or size_so_far <= ${sql.lit(LONGEST_PAGE)}
     order by number
  `.execute(db);
  const [total] = rows;
  return {
    people: total?.everybody ?? 0,
    groups: total?.groups ?? 0,
    first: rows.flatMap(({ names, people }) =>
      people === null || names === null ? [] : [{ names: JSON.parse(names) as string[], people }],
    ),
  };
}
