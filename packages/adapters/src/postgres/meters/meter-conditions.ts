import type { MeterFilter } from '@polaris-telemetry/domain';
import { type RawBuilder, sql } from 'kysely';
import { all, type Condition } from '../lists/conditions.js';
import { INDEXED, indexedPart, isIndexed } from '../records/indexed-text.js';
import { timestampText } from '../records/timestamp-text.js';

/** Serves `latestTold`: the index `blood_glucose_meter_told` holds only these rows. */
const TOLD = sql`meter.is_bg_value_correct is not null and meter.serial_number <> ''`;

/**
 * Returns the conditions of a filter on a row of `blood_glucose_meter as meter`.
 *
 * @param versions the versions within the filter's range; absent if it has none
 */
export function conditionsOf(filter: MeterFilter, versions?: readonly string[]): readonly Condition[] {
  return [
    ...verifiedWithin(filter),
    ...(filter.latestTold ? [TOLD, sql`not exists (${newerTold(filter)})`] : []),
    ...anyIndexed('patient_id', filter.patientId),
    ...anyIndexed('serial_number', filter.serialNumber),
    ...any('meter.mobile_id', filter.mobileId),
    ...any('meter.app_product', filter.appProduct),
    ...anyIndexed('app_version', filter.appVersion),
    ...anyIndexed('app_version', versions),
    ...answers(filter.isBgValueCorrect),
    ...phone(filter),
  ];
}

/** The conditions on the date of verification. */
export function verifiedWithin({ verifiedFrom, verifiedBefore }: MeterFilter, row = 'meter'): readonly Condition[] {
  const date = sql.ref(`${row}.date_verified`);
  return [
    ...(verifiedFrom ? [sql`${date} >= ${timestampText(verifiedFrom)}::timestamptz`] : []),
    ...(verifiedBefore ? [sql`${date} < ${timestampText(verifiedBefore)}::timestamptz`] : []),
  ];
}

/** A newer answer about the same meter, within the same time. */
function newerTold({ verifiedBefore }: MeterFilter): RawBuilder<unknown> {
  return sql`select from blood_glucose_meter as newer
    where newer.is_bg_value_correct is not null and newer.serial_number <> ''
      and ${isIndexed(sql.ref('newer.patient_id'), sql.ref('meter.patient_id'))}
      and ${isIndexed(sql.ref('newer.serial_number'), sql.ref('meter.serial_number'))}
      and (newer.date_verified, newer.created, newer.uuid collate "C")
        > (meter.date_verified, meter.created, meter.uuid collate "C")
      and ${all(verifiedWithin({ verifiedBefore }, 'newer'))}`;
}

/** The collation in which an index holds a column, if it is another than the database's. */
const COLLATIONS = { patient_id: sql``, serial_number: sql``, app_version: sql` collate "C"` };

function anyIndexed(column: keyof typeof COLLATIONS, values: readonly string[] | undefined): Condition[] {
  if (values === undefined) return [];
  const part = sql`left(meter.${sql.ref(column)}, ${sql.lit(INDEXED)})${COLLATIONS[column]}`;
  const beginning = sql`${part} = any (${values.map(indexedPart)}::text[])`;
  return [beginning, ...any(`meter.${column}`, values)];
}

function any(column: string, values: readonly string[] | undefined): Condition[] {
  return values === undefined ? [] : [sql`${sql.ref(column)} = any (${values}::text[])`];
}

function answers(wanted: readonly (boolean | null)[] | undefined): Condition[] {
  if (wanted === undefined) return [];
  const told = wanted.filter((answer) => answer !== null);
  const among = sql`meter.is_bg_value_correct = any (${told}::boolean[])`;
  return [wanted.includes(null) ? sql`(meter.is_bg_value_correct is null or ${among})` : among];
}

function phone({ phone: wanted }: MeterFilter): Condition[] {
  const conditions = [
    ...any('phone.phone_os', wanted?.phoneOs),
    ...any('phone.manufacturer', wanted?.manufacturer),
    ...any('phone.model', wanted?.model),
  ];
  if (conditions.length === 0) return [];
  return [sql`exists (select from mobile as phone where ${IS_ITS_PHONE} and ${all(conditions)})`];
}

/** The phone that a meter reports through: only an installation of the same patient. */
const IS_ITS_PHONE: Condition = sql`phone.uuid = meter.mobile_id and phone.patient_id = meter.patient_id`;
