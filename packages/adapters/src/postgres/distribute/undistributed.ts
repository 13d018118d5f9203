import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { DISTRIBUTED_TABLES, FLEET_NOTE } from './distributed-tables.js';

/**
 * Returns the tables that are not distributed together with the records: none after `distribute`. Undefined where Citus does
 * not distribute the records.
 */
export async function undistributedTables(client: pg.Client): Promise<readonly string[] | undefined> {
  if (!isDistributed(client)) return undefined;
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) with ordinality as wanted(name, place)
      where not exists (
              select from pg_dist_partition as it
                join pg_dist_partition as records on records.logicalrelid = to_regclass('mobile')
               where it.logicalrelid = to_regclass(name) and it.colocationid = records.colocationid)
      order by place`,
    [[...DISTRIBUTED_TABLES.map(({ name }) => name), FLEET_NOTE]],
  );
  return rows.map(({ name }) => name);
}
