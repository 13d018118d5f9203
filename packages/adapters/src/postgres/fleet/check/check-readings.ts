import type pg from 'pg';
import { INDEXED } from '../../records/indexed-text.js';
import { MOST_OF_ONE } from '../fold/store-readings.js';
import {
  countedReadings,
  PHONES_KIND,
  presentAndStored,
  READING_COUNTS,
  READING_DIFFERS,
  READING_SUMS,
  READINGS_KIND,
} from '../readings.js';
import type { KindCheck } from './kind-check.js';

/** Patients with a note that has not been read, and those with too many readings. */
const UNSETTLED = `
  select owner from fleet_queue where kind in ('${READINGS_KIND}', '${PHONES_KIND}')
  union select patient_id from ${READINGS_KIND} where is_bg_value_correct is not null
   group by patient_id having count(*) > ${MOST_OF_ONE}`;

/**
 * Compares the stored readings with the records, within the caller's snapshot.
 *
 * @param sample how many patients to compare in full
 */
export async function checkReadings(client: pg.ClientBase, sample: number): Promise<KindCheck> {
  const settled = (row: string) =>
    `not exists (select from unsettled as u where u.owner is null) and not exists (select from unsettled as u where u.owner = ${row}.patient_id)`;
  const { rows } = await client.query<{ expected: number; stored: number; patients: readonly string[] }>(
    `with unsettled as materialized (${UNSETTLED})
     select (select count(*)::int from ${READINGS_KIND} as m where is_bg_value_correct is not null and ${settled('m')}) as expected,
            (select count(*)::int from fleet_reading as r where ${settled('r')}) as stored,
            array(
              (select patient_id from ${READINGS_KIND} as m where ${settled('m')} order by random() limit $1)
              union
              (select patient_id from fleet_reading as r where ${settled('r')} order by random() limit $1)
            ) as patients`,
    [Math.ceil(sample / 2)],
  );
  const { expected = 0, stored = 0, patients = [] } = rows[0] ?? {};
  const differing = await differingReaders(client, patients);
  return { kind: READINGS_KIND, unit: 'readings', expected, stored, recomputed: patients.length, differing };
}

/** Counts the patients for whom a stored reading differs from the record. */
export async function differingReaders(client: pg.ClientBase, patients: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ differing: number }>(
    `with ${presentAndStored('$1::varchar[]')}
     select count(distinct coalesce(p.patient_id, s.patient_id))::int as differing
       from (select *, 1 as copy from present) as p
       full join stored as s on p.uuid = s.uuid and p.copy = s.copy where ${READING_DIFFERS}`,
    [patients],
  );
  return rows[0]?.differing ?? 0;
}

/** Compares the readings of a few random patients, and as many again of those who have stored ones; none with a note. */
export async function checkSomeReaders(
  client: pg.ClientBase,
  some: number,
): Promise<{ readonly people: number; readonly differing: number }> {
  const beginning = `left(patient_id, ${INDEXED})`;
  const { rows } = await client.query<{ patient: string }>(
    `select patient from (
       (select patient_id as patient from ${READINGS_KIND} where uuid >= (select gen_random_uuid()::text) order by uuid limit $1)
       union
       (select patient_id from fleet_reading where ${beginning} >= (select gen_random_uuid()::text) order by ${beginning} limit $1)
     ) as picked
     where not exists (select from fleet_queue as q where q.kind in ('${READINGS_KIND}', '${PHONES_KIND}')
                          and (q.owner is null or q.owner = picked.patient))`,
    [some],
  );
  const patients = rows.map(({ patient }) => patient);
  return { people: patients.length, differing: await differingReaders(client, patients) };
}

/** Counts the sums that differ from the stored readings. */
export async function countWrongReadingSums(client: pg.ClientBase): Promise<number> {
  const wrong = READING_SUMS.map((sum) => {
    const held = (row: string) => `(${[...READING_COUNTS, ...sum.texts].map((column) => `${row}.${column}`).join()})`;
    return `(select count(*) from (${countedReadings(sum)}) as right_ones full join ${sum.table} as s using (digest)
              where ${held('s')} is distinct from ${held('right_ones')})`;
  });
  const { rows } = await client.query<{ wrong: number }>(`select (${wrong.join(' + ')})::int as wrong`);
  return rows[0]?.wrong ?? 0;
}
