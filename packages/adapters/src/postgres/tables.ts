import {
  boolean,
  bytea,
  doublePrecision,
  integer,
  json,
  type RowWith,
  timestamp,
  timestamptz,
  varchar,
} from './records/columns.js';
import { recordTable } from './records/record-table.js';

// The one description of the tables of records: rows, statements, what a take-over expects, what the probe checks and what is erased
// derive from it. Only migrations stand apart, because they are never edited once they have run. Add a new table to the
// lists at the end; `tables.test.ts` finds one that is missing from them.

/** Columns of every record, in the tables' own order. The key is often, not always, a UUID. */
const AUDIT = {
  uuid: varchar(36),
  created: timestamp(),
  created_by_: varchar(),
  modified: timestamp(),
  modified_by_: varchar(),
};

/*
 * The tables of the Python original, column for column, so that its live database can be taken over in place: their names,
 * types and order must not change.
 */

/** Phone installations of patients. */
export const MOBILE = recordTable('mobile', 'patient_id', {
  ...AUDIT,
  patient_id: varchar(36),
  unique_device_code: varchar(),
  date_first_launched_: timestamp().changeable(),
  /** The offset from UTC in seconds, east positive; old rows need not hold whole minutes. */
  date_first_launched_time_zone_: integer().changeable(),
  app_product: varchar().changeable(),
  app_version: varchar().changeable(),
  phone_os: varchar().changeable(),
  phone_os_version: varchar().changeable(),
  manufacturer: varchar().changeable(),
  model: varchar().changeable(),
  display_name: varchar().changeable(),
});

/** Desktop installations of clinicians. */
export const DESKTOP = recordTable('desktop', 'clinician_id', {
  ...AUDIT,
  clinician_id: varchar(36),
  unique_device_code: varchar(),
  date_first_used_: timestamp().changeable(),
  /** As in `mobile`. */
  date_first_used_time_zone_: integer().changeable(),
  app_product: varchar().changeable(),
  app_version: varchar().changeable(),
  desktop_os: varchar().changeable(),
  desktop_os_version: varchar().changeable(),
  /** Free text: real rows hold invalid addresses. */
  ip_address: varchar().changeable(),
});

/** Blood glucose meters of patients. */
export const BLOOD_GLUCOSE_METER = recordTable('blood_glucose_meter', 'patient_id', {
  ...AUDIT,
  mobile_id: varchar(36).changeable(),
  serial_number: varchar().changeable(),
  /** Of any length, unlike that of `mobile`. */
  patient_id: varchar(),
  date_verified: timestamptz().changeable(),
  is_bg_value_correct: boolean().nullable().changeable(),
  app_product: varchar().changeable(),
  app_version: varchar().changeable(),
  blood_glucose_value: doublePrecision().nullable().changeable(),
});

/** Ours: the result of each retry key of the last 24 hours. */
export const IDEMPOTENCY_KEY = {
  name: 'idempotency_key',
  definition: {
    /** Primary key: SHA-256 over kind, owner and key, so that no length of owner or key can exceed an index entry. */
    id: bytea(),
    /** Kind of record: its table's name. */
    kind: varchar(),
    /** The record's owner: the `patient_id` or `clinician_id`. */
    owner: varchar(),
    /** A digest that distinguishes requests. */
    fingerprint: bytea(),
    /** The record as it was first added, in the adapter's own form. Never an HTTP response. */
    snapshot: json(),
    /** The `created` of that record, from which the 24 hours count. */
    created: timestamp(),
    /** A digest of what the request says, together with `fingerprint`; null if version 2.0 stored the key. */
    values_fingerprint: bytea().nullable(),
  },
} as const;

export type MobileRow = RowWith<typeof MOBILE.definition>;
export type DesktopRow = RowWith<typeof DESKTOP.definition>;
export type BloodGlucoseMeterRow = RowWith<typeof BLOOD_GLUCOSE_METER.definition>;

/** The tables by their names, for Kysely. */
export interface Database {
  mobile: MobileRow;
  desktop: DesktopRow;
  blood_glucose_meter: BloodGlucoseMeterRow;
  idempotency_key: RowWith<typeof IDEMPOTENCY_KEY.definition>;
}

export const INSTALLATION_TABLES = [MOBILE, DESKTOP] as const;
export const RECORD_TABLES = [...INSTALLATION_TABLES, BLOOD_GLUCOSE_METER] as const;
export const RECORD_TABLE_NAMES: readonly string[] = RECORD_TABLES.map(({ name }) => name);

/** The earlier states of records, in the columns of their tables (migration 0003). */
export const REVISION_TABLE_NAMES: readonly string[] = RECORD_TABLE_NAMES.map((name) => `${name}_revision`);

/** Who runs what, and what patients say about readings (migrations 0004, 0008, 0010 and 0011): derived from records and revisions, so it can be rebuilt. */
export const FLEET_TABLE_NAMES: readonly string[] = [
  ...INSTALLATION_TABLES.flatMap(({ name }) => [`fleet_${name}`, `fleet_${name}_group`]),
  'fleet_person',
  'fleet_ledger',
  'fleet_version',
  'fleet_product',
  'fleet_reading',
  'fleet_reading_group',
  'fleet_reading_serial',
];

/** The tables that serving reads and writes: the probe checks the rights on these. */
export const SERVED_TABLE_NAMES: readonly string[] = [...RECORD_TABLE_NAMES, IDEMPOTENCY_KEY.name];

/** The tables that `/drop_data` empties, in the common locking order: the records before what is derived from them. */
export const ERASED_TABLE_NAMES: readonly string[] = [
  ...SERVED_TABLE_NAMES,
  ...REVISION_TABLE_NAMES,
  ...FLEET_TABLE_NAMES,
];

/** Ours: who looked at whose data, and who was erased (migrations 0006 and 0007). */
export const ACCOUNTABILITY_TABLE_NAMES = ['access', 'erasure', 'erasure_key', 'erasure_replay'] as const;

/** What stays: since when revisions are kept, how far the fold is, and what the service answers for. */
export const KEPT_TABLE_NAMES: readonly string[] = [
  'revision_start',
  'fleet_queue',
  'fleet_build',
  'fleet_state',
  ...ACCOUNTABILITY_TABLE_NAMES,
];
