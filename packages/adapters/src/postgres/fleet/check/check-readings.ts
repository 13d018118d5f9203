import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { withoutNotes } from '../fold/across-nodes/noted-owners.js';
import { READING_DIFFERS, readingsToCompare } from '../fold/compared-readings.js';
import { MOST_OF_ONE, readingBatches } from '../fold/reading-batches.js';
import {
  countedReadings,
  PATIENT_BEGINNING,
  PHONES_KIND,
  READING_COUNTS,
  READING_SUMS,
  READINGS_KIND,
} from '../readings.js';
import type { Compared, KindCheck } from './kind-check.js';

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
  const { rows } = await client.query<{ expected: number; stored: number }>(
    `with unsettled as materialized (${UNSETTLED})
     select (select count(*)::int from ${READINGS_KIND} as m where is_bg_value_correct is not null and ${settled('m')}) as expected,
            (select count(*)::int from fleet_reading as r where ${settled('r')}) as stored`,
  );
  const { compared, differing } = await compareRandomReaders(client, sample);
  return { kind: READINGS_KIND, unit: 'readings', expected: 0, stored: 0, ...rows[0], recomputed: compared, differing };
}

/** Compares the readings of random patients: half of them from the records, half from the stored readings. */
export async function compareRandomReaders(client: pg.ClientBase, sample: number): Promise<Compared> {
  const random = (table: string) => `select patient_id as patient from ${table} order by random() limit $1`;
  return compareReaders(client, await patientsIn(client, random, Math.ceil(sample / 2)));
}

/** Compares the readings of a few random patients, and as many again of those who have stored ones: cheaply, by indexes. */
export async function checkSomeReaders(client: pg.ClientBase, some: number): Promise<Compared> {
  const key = { [READINGS_KIND]: 'uuid', fleet_reading: PATIENT_BEGINNING } as const;
  const next = (table: keyof typeof key) =>
    `select patient_id as patient from ${table} where ${key[table]} >= $2 order by ${key[table]} limit $1`;
  return compareReaders(client, await patientsIn(client, next, some, randomUUID()));
}

/** Returns patients found by a statement among the records, and by the same among the stored readings. */
async function patientsIn(
  client: pg.ClientBase,
  statement: (table: typeof READINGS_KIND | 'fleet_reading') => string,
  ...values: readonly unknown[]
): Promise<readonly string[]> {
  const patients = new Set<string>();
  for (const table of [READINGS_KIND, 'fleet_reading'] as const) {
    const { rows } = await client.query<{ patient: string }>(statement(table), [...values]);
    for (const { patient } of rows) patients.add(patient);
  }
  return [...patients];
}

/** Returns the patients whose stored readings must be exact: nothing about them is noted. */
export async function settledReaders(client: pg.ClientBase, patients: readonly string[]): Promise<readonly string[]> {
  if (patients.length === 0) return patients;
  const kinds = [READINGS_KIND, PHONES_KIND];
  const { rows } = await client.query<{ patient: string }>(
    `select patient from unnest($1::varchar[]) as asked (patient)
      where not exists (select from fleet_queue as q where q.kind = any ($2::varchar[]) and (q.owner is null or q.owner = asked.patient))`,
    [patients, kinds],
  );
  return withoutNotes(
    client,
    kinds,
    rows.map(({ patient }) => patient),
  );
}

async function compareReaders(client: pg.ClientBase, patients: readonly string[]): Promise<Compared> {
  const settled = await settledReaders(client, patients);
  const { batches, tooLarge } = await readingBatches(client, settled);
  const differing: string[] = [];
  for (const batch of batches) differing.push(...(await differingReaders(client, batch)));
  // What others write while the nodes of a distributed database are read shows there, and is noted.
  return { compared: settled.length - tooLarge.length, differing: (await settledReaders(client, differing)).length };
}

/** Returns the patients for whom a stored reading differs from the record. */
async function differingReaders(client: pg.ClientBase, patients: readonly string[]): Promise<readonly string[]> {
  const { presentAndStored, values } = await readingsToCompare(client, patients);
  const { rows } = await client.query<{ patient: string }>(
    `with ${presentAndStored}
     select distinct coalesce(p.patient_id, s.patient_id) as patient
       from (select *, 1 as copy from present) as p
       full join stored as s on p.uuid = s.uuid and p.copy = s.copy where ${READING_DIFFERS}`,
    values,
  );
  return rows.map(({ patient }) => patient);
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
