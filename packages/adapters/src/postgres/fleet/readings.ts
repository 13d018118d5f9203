import type pg from 'pg';
import { INDEXED } from '../records/indexed-text.js';

// A reading is a record of a meter whose value the patient judged (migration 0010).

/** The table of the records, and the name of what is derived from them. */
export const READINGS_KIND = 'blood_glucose_meter';
/** The table of the phones that readings come through. */
export const PHONES_KIND = 'mobile';

/** A table of how many readings have the same texts, which it holds in columns of their names. */
export interface ReadingSum {
  readonly table: string;
  readonly texts: readonly string[];
}

export const READING_SUMS: readonly ReadingSum[] = [
  { table: 'fleet_reading_group', texts: ['app_product', 'app_version', 'phone_os', 'manufacturer', 'model'] },
  { table: 'fleet_reading_serial', texts: ['app_product', 'serial_number'] },
];

/** The counts that a sum holds, and the condition on a reading that counts. */
export const READING_COUNTED = {
  told: 'true',
  disagree: 'not is_bg_value_correct',
  newest_told: 'is_newest',
  newest_disagree: 'is_newest and not is_bg_value_correct',
} as const;

export const READING_COUNTS = ['told', 'disagree', 'newest_told', 'newest_disagree'] as const;

/** The columns of a stored reading, and the value that each must have: `m` is its record, `phone` the phone it came through. */
export const READING_VALUES: Readonly<Record<string, string>> = {
  uuid: 'm.uuid',
  created: 'm.created',
  patient_id: 'm.patient_id',
  serial_number: 'm.serial_number',
  date_verified: 'm.date_verified',
  is_bg_value_correct: 'm.is_bg_value_correct',
  is_newest: `m.serial_number <> '' and row_number() over (
    partition by m.patient_id, m.serial_number
    order by m.date_verified desc, m.created desc, m.uuid collate "C" desc) = 1`,
  app_product: 'm.app_product',
  app_version: 'm.app_version',
  phone_os: 'phone.phone_os',
  manufacturer: 'phone.manufacturer',
  model: 'phone.model',
};

export const READING_COLUMNS: readonly string[] = Object.keys(READING_VALUES);

/** What the indexes hold of a patient's id, in an unnamed table. */
export const PATIENT_BEGINNING = `left(patient_id, ${INDEXED})`;

/** The condition that a row of `alias` belongs to the patient, as the indexes know it. */
export function isPatients(alias: string, patient: string): string {
  return `left(${alias}.patient_id, ${INDEXED}) = left(${patient}, ${INDEXED}) and ${alias}.patient_id = ${patient}`;
}

/**
 * The readings as they should be, from the records.
 *
 * @param records a table expression: whole patients' records that are readings, as `m`
 */
export function readingsOf(records: string): string {
  return `select ${Object.entries(READING_VALUES)
    .map(([name, value]) => `${value} as ${name}`)
    .join(', ')}
    from ${records}
    left join lateral (select * from ${PHONES_KIND} where uuid = m.mobile_id and patient_id = m.patient_id offset 0) as phone on true`;
}

/** The SHA-256 that finds a sum: of all the texts that its readings have in common. */
export function digestOfReadings({ texts }: ReadingSum): string {
  return `sha256(convert_to(json_build_array(${texts.join()})::text, 'UTF8'))`;
}

/** A sum as it should be, from the stored readings. */
export function countedReadings(sum: ReadingSum): string {
  const texts = sum.texts.join();
  const counts = READING_COUNTS.map(
    (count) => `count(*) filter (where ${READING_COUNTED[count]})::integer as ${count}`,
  );
  return `select ${digestOfReadings(sum)} as digest, ${texts}, ${counts.join()} from fleet_reading group by ${texts}`;
}

/** Counts all sums again. */
export async function recountReadings(client: pg.ClientBase): Promise<void> {
  for (const sum of READING_SUMS) {
    await client.query(`delete from ${sum.table}`);
    await client.query(
      `insert into ${sum.table} (digest, ${sum.texts.join()}, ${READING_COUNTS.join()}) ${countedReadings(sum)}`,
    );
  }
}
