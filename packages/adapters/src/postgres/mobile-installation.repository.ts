import type {
  FleetQueries,
  FleetReportQueries,
  Installation,
  InstallationFields,
  InstallationOwnerId,
  InstallationQueries,
  InstallationRepository,
  MobileDevice,
  RevisionQueries,
} from '@polaris-telemetry/domain';
import { fleetReportQueries } from './fleet/queries/fleet-reports.js';
import { fleetQueries } from './fleet/queries/fleet-search.js';
import type { ReportReads } from './fleet/queries/report-reads.js';
import { installations } from './installations.js';
import { installationQueries } from './lists/installation-queries.js';
import { revisionQueries } from './lists/revision-list.js';
import type { Reads } from './reads/reads.js';
import { auditColumns, auditOf, trusted } from './records/audit-columns.js';
import type { ColumnChanges } from './records/record-table.js';
import { instantOf, timestampText } from './records/timestamp-text.js';
import type { StatementRunner } from './statements/statement-runner.js';
import { MOBILE, type MobileRow } from './tables.js';

/** How rows of the table are read. */
export const mobileInstallationTable = { table: MOBILE, toEntity };

/** Patients' phone installations, in the table `mobile`. */
export function mobileInstallationRepository(runner: StatementRunner): InstallationRepository<MobileDevice> {
  return installations(runner, { table: MOBILE, toRow, toEntity, toColumns }, 'date_first_launched_');
}

/** Queries that read more than one of them at a time. */
export function mobileInstallationQueries(reads: Reads): InstallationQueries<MobileDevice> {
  return installationQueries(reads, mobileInstallationTable, 'date_first_launched_');
}

/** The search across their owners. */
export function mobileFleet(reads: Reads): FleetQueries<MobileDevice> {
  return fleetQueries(reads, MOBILE, toEntity);
}

/** Figures on their owners. */
export function mobileReports(reads: ReportReads): FleetReportQueries<MobileDevice> {
  return fleetReportQueries(reads, MOBILE);
}

/** The earlier states of patients' phone installations. */
export function mobileInstallationRevisions(
  reads: Reads,
): RevisionQueries<InstallationOwnerId, Installation<MobileDevice>> {
  return revisionQueries(reads, mobileInstallationTable);
}

function toRow({ id, ownerId, device, firstUsed, audit }: Installation<MobileDevice>): MobileRow {
  return {
    uuid: id,
    ...auditColumns(audit),
    patient_id: ownerId,
    unique_device_code: device.uniqueDeviceCode,
    date_first_launched_: timestampText(firstUsed.instant),
    date_first_launched_time_zone_: firstUsed.offsetSeconds,
    app_product: device.appProduct,
    app_version: device.appVersion,
    phone_os: device.phoneOs,
    phone_os_version: device.phoneOsVersion,
    manufacturer: device.manufacturer,
    model: device.model,
    display_name: device.displayName,
  };
}

function toEntity(row: MobileRow): Installation<MobileDevice> {
  return {
    id: trusted(row.uuid),
    ownerId: trusted(row.patient_id),
    device: {
      uniqueDeviceCode: trusted(row.unique_device_code),
      appProduct: trusted(row.app_product),
      appVersion: trusted(row.app_version),
      phoneOs: trusted(row.phone_os),
      phoneOsVersion: trusted(row.phone_os_version),
      manufacturer: trusted(row.manufacturer),
      model: trusted(row.model),
      displayName: trusted(row.display_name),
    },
    firstUsed: { instant: instantOf(row.date_first_launched_), offsetSeconds: row.date_first_launched_time_zone_ },
    audit: auditOf(row),
  };
}

function toColumns({ device, firstUsed }: InstallationFields<MobileDevice>): ColumnChanges<MobileRow> {
  return {
    date_first_launched_: firstUsed && timestampText(firstUsed.instant),
    date_first_launched_time_zone_: firstUsed?.offsetSeconds,
    app_product: device?.appProduct,
    app_version: device?.appVersion,
    phone_os: device?.phoneOs,
    phone_os_version: device?.phoneOsVersion,
    manufacturer: device?.manufacturer,
    model: device?.model,
    display_name: device?.displayName,
  };
}
