import type pg from 'pg';
import { INDEXED, indexedPart } from '../../../records/indexed-text.js';
import { PHONES_KIND, READING_VALUES, READINGS_KIND } from '../../readings.js';

/** The cost of a reading besides its texts, in bytes: the names of its columns come with it. */
const READING_COST = 350;

/** Of the record and its phone. */
const TEXTS = [
  ...['serial_number', 'patient_id', 'app_product', 'app_version'].map((column) => `m.${column}`),
  ...['phone_os', 'manufacturer', 'model'].map((column) => `phone.${column}`),
];

/** The readings of patients, on the nodes of a distributed database: one keeps a patient's meters and phones. */
const READINGS = `
  ${READINGS_KIND} as m left join ${PHONES_KIND} as phone on phone.uuid = m.mobile_id and phone.patient_id = m.patient_id
  where left(m.patient_id, ${INDEXED}) = any ($1::text[]) and m.patient_id = any ($2::varchar[]) and m.is_bg_value_correct is not null`;

/** How many readings patients have by their records, and what reading them costs, in bytes. */
export interface ReadingsSize {
  readonly patient: string;
  readonly readings: number;
  readonly cost: number;
}

export async function measureReadings(
  client: pg.ClientBase,
  patients: readonly string[],
): Promise<readonly ReadingsSize[]> {
  const cost = TEXTS.map((text) => `coalesce(octet_length(${text}), 0)`).join(' + ');
  const { rows } = await client.query<ReadingsSize>(
    `select m.patient_id as patient, count(*)::integer as readings, sum(${READING_COST} + ${cost})::float8 as cost
       from ${READINGS} group by m.patient_id`,
    [patients.map(indexedPart), patients],
  );
  return rows;
}

/** Returns the readings of patients as they should be: a JSON array, of objects with the columns of `fleet_reading`. */
export async function readReadings(client: pg.ClientBase, patients: readonly string[]): Promise<string> {
  const columns = Object.entries(READING_VALUES).map(([name, value]) => `'${name}', ${value}`);
  const { rows } = await client.query<[reading: string]>({
    text: `select json_build_object(${columns.join(', ')})::text from ${READINGS}`,
    values: [patients.map(indexedPart), patients],
    rowMode: 'array',
  });
  return `[${rows.join()}]`;
}
