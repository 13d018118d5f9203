import type pg from 'pg';
import {
  digestOfReadings,
  IS_SAME_READING,
  isPatients,
  presentAndStored,
  READING_COLUMNS,
  READING_COUNTED,
  READING_COUNTS,
  READING_DIFFERS,
  READING_SUMS,
  READINGS_KIND,
} from '../readings.js';

/** How many readings one statement compares, unless a single patient has more. */
const MOST_AT_ONCE = 20_000;
/** The stored readings of a patient with more stay as they are: comparing them would outlast a statement of the fold. */
export const MOST_OF_ONE = 1_000_000;

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
  if (patients.length === 0) return { readings: 0, parked: 0 };
  let [readings, parked] = [0, 0];
  let batch: string[] = [];
  let size = 0;
  for (const { patient, most } of await sizesOf(client, patients)) {
    if (most > MOST_OF_ONE) {
      parked += 1;
      continue;
    }
    if (size + most > MOST_AT_ONCE && batch.length > 0) {
      await storeDifferences(client, batch);
      [batch, size] = [[], 0];
    }
    batch.push(patient);
    size += most;
    readings += most;
  }
  if (batch.length > 0) await storeDifferences(client, batch);
  return { readings, parked };
}

/** The patients who have readings, stored or not, and how many. */
async function sizesOf(
  client: pg.ClientBase,
  patients: readonly string[],
): Promise<readonly { readonly patient: string; readonly most: number }[]> {
  const counted = (table: string, condition: string) =>
    `(select count(*) from (select from ${table} as r where ${isPatients('r', 'wanted.patient')} ${condition} limit ${MOST_OF_ONE + 1}) as few)`;
  const { rows } = await client.query<{ patient: string; most: number }>(
    `select patient, most::integer from (
       select patient, greatest(${counted(READINGS_KIND, 'and r.is_bg_value_correct is not null')}, ${counted('fleet_reading', '')}) as most
         from unnest($1::varchar[]) as wanted (patient) offset 0
     ) as sized where most > 0`,
    [[...new Set(patients)]],
  );
  return rows;
}

async function storeDifferences(client: pg.ClientBase, patients: readonly string[]): Promise<void> {
  const { rows } = await client.query<Record<string, readonly string[] | null>>(STORE, [patients]);
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

const STORE = `
  with ${presentAndStored('$1::varchar[]')},
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
