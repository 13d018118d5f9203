import { INSTALLATION_TABLES, RECORD_TABLES } from '../tables.js';

/** An index that the access paths need, beyond the primary keys. */
export interface IndexDefinition {
  readonly name: string;
  readonly table: string;
  /** What follows `create index concurrently NAME on TABLE`. */
  readonly columns: string;
}

/**
 * The required indexes, built one after the other while the service serves. An index with a new definition gets a new
 * name: a valid index with an existing name is never checked again.
 *
 * - The first two serve the whole order of "latest" for an owner: it takes one step in the index, however many
 *   installations, or identical dates, an owner has. Only the first 64 characters of `app_version` are in it, because an
 *   entry has a limit of 2,704 bytes and a version has none. The price: a change of `app_version` touches the index and
 *   is not a HOT update, which costs a sixth of their throughput (docs/lab/speed.md). Text is compared by bytes
 *   ("C"), as the API promises, whatever the database's collation.
 * - The third finds a person's meters; a meter's `patient_id` has no length limit either, hence `left`.
 * - The fourth serves the order of a search for meters, the fifth finds a serial number in it, the sixth a version; a
 *   range of versions steps through it from each one to the next.
 * - The seventh finds the newest answer about a meter: what reports of verifications count.
 * - The eighth and ninth find the states that count at the end of a day (migration 0012): of a record that changes a
 *   thousand times a day, only one in a thousand.
 * - The others find what names a person besides the owner. Nearly all records are made and changed by their owners, so
 *   these indexes are nearly empty, and cost a write no more than a comparison.
 */
export const INDEXES: readonly IndexDefinition[] = [
  {
    name: 'mobile_latest',
    table: 'mobile',
    columns:
      '(patient_id, date_first_launched_ desc, left(app_version, 64) collate "C" desc, created desc, uuid collate "C" desc)',
  },
  {
    name: 'desktop_latest',
    table: 'desktop',
    columns:
      '(clinician_id, date_first_used_ desc, left(app_version, 64) collate "C" desc, created desc, uuid collate "C" desc)',
  },
  { name: 'blood_glucose_meter_patient', table: 'blood_glucose_meter', columns: '(left(patient_id, 64))' },
  {
    name: 'blood_glucose_meter_verified',
    table: 'blood_glucose_meter',
    columns: '(date_verified, created, uuid collate "C")',
  },
  { name: 'blood_glucose_meter_serial', table: 'blood_glucose_meter', columns: '(left(serial_number, 64))' },
  {
    name: 'blood_glucose_meter_version',
    table: 'blood_glucose_meter',
    columns: '(left(app_version, 64) collate "C")',
  },
  {
    name: 'blood_glucose_meter_told',
    table: 'blood_glucose_meter',
    columns: `(left(patient_id, 64), left(serial_number, 64), date_verified desc, created desc, uuid collate "C" desc)
      where is_bg_value_correct is not null and serial_number <> ''`,
  },
  ...INSTALLATION_TABLES.map(({ name }) => ({
    name: `${name}_revision_lasting`,
    table: `${name}_revision`,
    columns: '(uuid, number) where passing is not true',
  })),
  ...RECORD_TABLES.flatMap(({ name, owner }) => [...byOthers(name, owner), ...byOthers(`${name}_revision`, owner)]),
  ...INSTALLATION_TABLES.flatMap(({ name, owner }) => byOthers(`fleet_${name}`, owner)),
  {
    name: 'idempotency_key_made_by',
    table: 'idempotency_key',
    columns: `(left(snapshot ->> 'created_by_', 64)) where snapshot ->> 'created_by_' <> owner`,
  },
];

/** Find the rows that someone other than the owner created or changed. */
function byOthers(table: string, owner: string): readonly IndexDefinition[] {
  return ['created_by', 'modified_by'].map((role) => ({
    name: `${table}_${role}`,
    table,
    columns: `(left(${role}_, 64)) where ${role}_ <> ${owner}`,
  }));
}
