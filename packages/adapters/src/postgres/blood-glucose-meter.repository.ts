import type {
  BloodGlucoseMeter,
  BloodGlucoseMeterFields,
  BloodGlucoseMeterRepository,
  MeterOwnerId,
  MeterQueries,
  RecordQueries,
  RevisionQueries,
} from '@polaris-telemetry/domain';
import type { ReportReads } from './fleet/queries/report-reads.js';
import { latestVerifiedFirst } from './lists/meter-order.js';
import { recordQueries } from './lists/record-list.js';
import { revisionQueries } from './lists/revision-list.js';
import { meterQueries } from './meters/meter-queries.js';
import type { Reads } from './reads/reads.js';
import { auditColumns, auditOf, trusted } from './records/audit-columns.js';
import type { ColumnChanges } from './records/record-table.js';
import { records } from './records/records.js';
import { instantOf, timestampText } from './records/timestamp-text.js';
import type { StatementRunner } from './statements/statement-runner.js';
import { BLOOD_GLUCOSE_METER, type BloodGlucoseMeterRow } from './tables.js';

/** How rows of the table are read. */
export const bloodGlucoseMeterTable = { table: BLOOD_GLUCOSE_METER, toEntity };

/** Patients' blood glucose meters, in the table `blood_glucose_meter`. */
export function bloodGlucoseMeterRepository(runner: StatementRunner): BloodGlucoseMeterRepository {
  return records(runner, { table: BLOOD_GLUCOSE_METER, toRow, toEntity, toColumns });
}

/** Lists of patients' meters. */
export function bloodGlucoseMeterQueries(reads: Reads): RecordQueries<MeterOwnerId, BloodGlucoseMeter> {
  const order = latestVerifiedFirst(BLOOD_GLUCOSE_METER);
  return recordQueries(reads, { table: BLOOD_GLUCOSE_METER, toEntity, order });
}

/** The meters of all patients. */
export function allMeterQueries(reads: Reads, reports: ReportReads): MeterQueries {
  return meterQueries(reads, reports, bloodGlucoseMeterTable);
}

/** The earlier states of patients' blood glucose meters. */
export function bloodGlucoseMeterRevisions(reads: Reads): RevisionQueries<MeterOwnerId, BloodGlucoseMeter> {
  return revisionQueries(reads, bloodGlucoseMeterTable);
}

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
