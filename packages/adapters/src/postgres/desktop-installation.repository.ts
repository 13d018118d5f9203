import type {
  DesktopDevice,
  FleetQueries,
  FleetReportQueries,
  Installation,
  InstallationFields,
  InstallationOwnerId,
  InstallationQueries,
  InstallationRepository,
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
import { DESKTOP, type DesktopRow } from './tables.js';

/** How rows of the table are read. */
export const desktopInstallationTable = { table: DESKTOP, toEntity };

/** Clinicians' desktop installations, in the table `desktop`. */
export function desktopInstallationRepository(runner: StatementRunner): InstallationRepository<DesktopDevice> {
  return installations(runner, { table: DESKTOP, toRow, toEntity, toColumns }, 'date_first_used_');
}

/** Queries that read more than one of them at a time. */
export function desktopInstallationQueries(reads: Reads): InstallationQueries<DesktopDevice> {
  return installationQueries(reads, desktopInstallationTable, 'date_first_used_');
}

/** The search across their owners. */
export function desktopFleet(reads: Reads): FleetQueries<DesktopDevice> {
  return fleetQueries(reads, DESKTOP, toEntity);
}

/** Figures on their owners. */
export function desktopReports(reads: ReportReads): FleetReportQueries<DesktopDevice> {
  return fleetReportQueries(reads, DESKTOP);
}

/** The earlier states of clinicians' desktop installations. */
export function desktopInstallationRevisions(
  reads: Reads,
): RevisionQueries<InstallationOwnerId, Installation<DesktopDevice>> {
  return revisionQueries(reads, desktopInstallationTable);
}

function toRow({ id, ownerId, device, firstUsed, audit }: Installation<DesktopDevice>): DesktopRow {
  return {
    uuid: id,
    ...auditColumns(audit),
    clinician_id: ownerId,
    unique_device_code: device.uniqueDeviceCode,
    date_first_used_: timestampText(firstUsed.instant),
    date_first_used_time_zone_: firstUsed.offsetSeconds,
    app_product: device.appProduct,
    app_version: device.appVersion,
    desktop_os: device.desktopOs,
    desktop_os_version: device.desktopOsVersion,
    ip_address: device.ipAddress,
  };
}

function toEntity(row: DesktopRow): Installation<DesktopDevice> {
  return {
    id: trusted(row.uuid),
    ownerId: trusted(row.clinician_id),
    device: {
      uniqueDeviceCode: trusted(row.unique_device_code),
      appProduct: trusted(row.app_product),
      appVersion: trusted(row.app_version),
      desktopOs: trusted(row.desktop_os),
      desktopOsVersion: trusted(row.desktop_os_version),
      ipAddress: trusted(row.ip_address),
    },
    firstUsed: { instant: instantOf(row.date_first_used_), offsetSeconds: row.date_first_used_time_zone_ },
    audit: auditOf(row),
  };
}

function toColumns({ device, firstUsed }: InstallationFields<DesktopDevice>): ColumnChanges<DesktopRow> {
  return {
    date_first_used_: firstUsed && timestampText(firstUsed.instant),
    date_first_used_time_zone_: firstUsed?.offsetSeconds,
    app_product: device?.appProduct,
    app_version: device?.appVersion,
    desktop_os: device?.desktopOs,
    desktop_os_version: device?.desktopOsVersion,
    ip_address: device?.ipAddress,
  };
}
