import type { ColumnType, Selectable } from 'kysely';

/**
 * The tables as PostgreSQL holds them. The first three are the Python original's, column for column, so that its live
 * database can be taken over in place: their names, types and order are not ours to improve.
 */
export interface Database {
  mobile: MobileTable;
  desktop: DesktopTable;
  blood_glucose_meter: BloodGlucoseMeterTable;
  idempotency_key: IdempotencyKeyTable;
}

/**
 * `timestamp` without a zone, in UTC, as PostgreSQL's ISO text: `2022-03-04 05:06:07.089123`. Microseconds, years beyond
 * 9999, `infinity`, `-infinity` and a trailing ` BC` are all possible. Never a Date, which would lose or refuse them.
 */
export type TimestampText = ColumnType<string>;

/**
 * `timestamptz` as PostgreSQL's ISO text in UTC, which every connection asks for: `2022-03-04 05:06:07.089123+00`, with
 * the same extremes as TimestampText (` BC` comes after the zone).
 */
export type TimestampTzText = ColumnType<string>;

interface RecordColumns {
  /** varchar(36), primary key; often, not always, a UUID. */
  uuid: string;
  created: TimestampText;
  created_by_: string;
  modified: TimestampText;
  modified_by_: string;
}

/** Phone installations of patients. */
export interface MobileTable extends RecordColumns {
  /** varchar(36) */
  patient_id: string;
  unique_device_code: string;
  date_first_launched_: TimestampText;
  /** integer: the offset from UTC in seconds, east positive; need not be a whole minute in old rows. */
  date_first_launched_time_zone_: number;
  app_product: string;
  app_version: string;
  phone_os: string;
  phone_os_version: string;
  manufacturer: string;
  model: string;
  display_name: string;
}

/** Desktop installations of clinicians. */
export interface DesktopTable extends RecordColumns {
  /** varchar(36) */
  clinician_id: string;
  unique_device_code: string;
  date_first_used_: TimestampText;
  /** integer: the offset from UTC in seconds, east positive; need not be a whole minute in old rows. */
  date_first_used_time_zone_: number;
  app_product: string;
  app_version: string;
  desktop_os: string;
  desktop_os_version: string;
  /** Free text: real rows hold invalid addresses. */
  ip_address: string;
}

/** Blood glucose meters of patients. */
export interface BloodGlucoseMeterTable extends RecordColumns {
  /** varchar(36) */
  mobile_id: string;
  serial_number: string;
  /** varchar without a limit, unlike that of `mobile`. */
  patient_id: string;
  date_verified: TimestampTzText;
  is_bg_value_correct: boolean | null;
  app_product: string;
  app_version: string;
  /** double precision; old rows may hold NaN and infinities. */
  blood_glucose_value: number | null;
}

/** Ours: what each retry key of the last 24 hours led to. */
export interface IdempotencyKeyTable {
  /** bytea, primary key: SHA-256 over kind, owner and key, so that no length of owner or key can exceed an index entry. */
  id: Buffer;
  /** Kind of record, for example the table's name. */
  kind: string;
  /** Whose record it is: the `patient_id` or `clinician_id`. */
  owner: string;
  /** bytea: a digest that tells different requests apart. */
  fingerprint: Buffer;
  /** bytea: a digest of what the request says together with `fingerprint`; null where version 2.0 stored the key. */
  values_fingerprint: Buffer | null;
  /** json: the record as it was first added, in the adapter's own form. Never an HTTP response. */
  snapshot: ColumnType<unknown, string, string>;
  /** UTC, the `created` of that record; what the 24 hours are counted from. */
  created: TimestampText;
}

export type MobileRow = Selectable<MobileTable>;
export type DesktopRow = Selectable<DesktopTable>;
export type BloodGlucoseMeterRow = Selectable<BloodGlucoseMeterTable>;
