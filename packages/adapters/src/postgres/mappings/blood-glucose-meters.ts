import type { BloodGlucoseMeter, BloodGlucoseMeterFields } from '@polaris-telemetry/domain';
import { auditColumns, auditOf, trusted } from '../records/audit-columns.js';
import type { ColumnChanges } from '../records/record-table.js';
import type { RecordMapping } from '../records/records.js';
import { instantOf, timestampText } from '../records/timestamp-text.js';
import { BLOOD_GLUCOSE_METER, type BloodGlucoseMeterRow } from '../tables.js';

/** Patients' blood glucose meters, as rows of the table `blood_glucose_meter`. */
export const bloodGlucoseMeters: RecordMapping<BloodGlucoseMeterRow, BloodGlucoseMeter, BloodGlucoseMeterFields> = {
  table: BLOOD_GLUCOSE_METER,
  toRow,
  toEntity,
  toColumns,
};

function toRow({ id, patientId, audit, ...details }: BloodGlucoseMeter): BloodGlucoseMeterRow {
  return {
    uuid: id,
    ...auditColumns(audit),
    mobile_id: details.mobileId,
    serial_number: details.serialNumber,
    patient_id: patientId,
    date_verified: timestampText(details.dateVerified),
    is_bg_value_correct: details.isBgValueCorrect,
    app_product: details.appProduct,
    app_version: details.appVersion,
    blood_glucose_value: details.bloodGlucoseValue,
  };
}

function toEntity(row: BloodGlucoseMeterRow): BloodGlucoseMeter {
  return {
    id: trusted(row.uuid),
    patientId: trusted(row.patient_id),
    mobileId: trusted(row.mobile_id),
    serialNumber: trusted(row.serial_number),
    dateVerified: instantOf(row.date_verified),
    isBgValueCorrect: row.is_bg_value_correct,
    bloodGlucoseValue: row.blood_glucose_value === null ? null : trusted(row.blood_glucose_value),
    appProduct: trusted(row.app_product),
    appVersion: trusted(row.app_version),
    audit: auditOf(row),
  };
}

function toColumns(fields: BloodGlucoseMeterFields): ColumnChanges<BloodGlucoseMeterRow> {
  return {
    mobile_id: fields.mobileId,
    serial_number: fields.serialNumber,
    date_verified: fields.dateVerified && timestampText(fields.dateVerified),
    is_bg_value_correct: fields.isBgValueCorrect,
    app_product: fields.appProduct,
    app_version: fields.appVersion,
    blood_glucose_value: fields.bloodGlucoseValue,
  };
}
