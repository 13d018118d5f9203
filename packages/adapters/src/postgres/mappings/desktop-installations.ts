import type { DesktopDevice, Installation, InstallationFields } from '@polaris-telemetry/domain';
import { auditColumns, auditOf, trusted } from '../records/audit-columns.js';
import type { InstallationMapping } from '../records/installation-repository.js';
import type { ColumnChanges } from '../records/record-table.js';
import { instantOf, timestampText } from '../records/timestamp-text.js';
import { DESKTOP, type DesktopRow } from '../tables.js';

/** Clinicians' desktop installations, as rows of the table `desktop`. */
export const desktopInstallations: InstallationMapping<DesktopRow, DesktopDevice> = {
  table: DESKTOP,
  firstUsed: 'date_first_used_',
  toRow,
  toEntity,
  toColumns,
};

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
