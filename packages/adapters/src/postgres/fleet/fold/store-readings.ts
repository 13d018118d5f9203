import type pg from 'pg';
import {
  digestOfReadings,
  READING_COLUMNS,
  READING_COUNTED,
  READING_COUNTS,
  READING_SUMS,
  READINGS_KIND,
} from '../readings.js';
import { IS_SAME_READING, READING_DIFFERS, readingsToCompare } from './compared-readings.js';
import { readingBatches } from './reading-batches.js';

/** How many readings were compared, and how many patients have too many. */
export interface StoredReadings {
  readonly readings: number;
  readonly parked: number;
}

/**
 * Brings the stored readings of patients, and the sums over them, up to date with their records and phones, in the
 * transaction of the holder of the fold's lock. Only what differs is written.
 */
export async function storeReadings(client: pg.ClientBase, patients: readonly string[]): Promise<StoredReadings> {
  const { batches, readings, tooLarge } = await readingBatches(client, patients);
  for (const batch of batches) await storeDifferences(client, batch);
  return { readings, parked: tooLarge.length };
}

async function storeDifferences(client: pg.ClientBase, patients: readonly string[]): Promise<void> {
  const { presentAndStored, values } = await readingsToCompare(client, patients);
  const { rows } = await client.query<Record<string, readonly string[] | null>>(storing(presentAndStored), values);
  for (const { table } of READING_SUMS) {
    const emptied = rows[0]?.[table] ?? null;
    if (emptied === null) continue;
    await client.query(
      `delete from ${table} where told = 0 and digest = any (array(select decode(digest, 'hex') from unnest($1::text[]) as digest))`,
      [emptied],
    );
  }
}

/** What readings that came or went change of each count. */
const SHARES = READING_COUNTS.map((count) => `coalesce(sum(share) filter (where ${READING_COUNTED[count]}), 0)`).join();

const storing = (presentAndStored: string) => `
  with ${presentAndStored},
  gone as (
    delete from fleet_reading where ctid = any (array(
      select s.place from stored as s left join present as p on ${IS_SAME_READING} where ${READING_DIFFERS}
    )) returning *
  ),
  come as (
    insert into fleet_reading (${READING_COLUMNS.join()})
      select ${READING_COLUMNS.map((column) => `p.${column}`).join()}
        from present as p left join stored as s on ${IS_SAME_READING} where ${READING_DIFFERS}
    returning *
  ),
  changed as materialized (
    select ${READING_COLUMNS.join()}, 1 as share from come union all select ${READING_COLUMNS.join()}, -1 from gone
  ),
  ${READING_SUMS.map(
    (sum) => `counted_${sum.table} as (
    insert into ${sum.table} as s (digest, ${sum.texts.join()}, ${READING_COUNTS.join()})
      select ${digestOfReadings(sum)}, ${sum.texts.join()}, ${SHARES} from changed
       where (select built from fleet_build where kind = '${READINGS_KIND}')
       group by ${sum.texts.join()}
      having (${SHARES}) <> (0, 0, 0, 0)
      on conflict (digest) do update set ${READING_COUNTS.map((count) => `${count} = s.${count} + excluded.${count}`).join()}
    returning encode(digest, 'hex') as digest, told
  )`,
  ).join(',')}
  select ${READING_SUMS.map(({ table }) => `(select array_agg(digest) from counted_${table} where told = 0) as ${table}`).join()}`;
