import type { Installation, InstallationFields, MobileDevice } from '@polaris-telemetry/domain';
import { auditColumns, auditOf, trusted } from '../records/audit-columns.js';
import type { InstallationMapping } from '../records/installation-repository.js';
import type { ColumnChanges } from '../records/record-table.js';
import { instantOf, timestampText } from '../records/timestamp-text.js';
import { MOBILE, type MobileRow } from '../tables.js';

/** Patients' phone installations, as rows of the table `mobile`. */
export const mobileInstallations: InstallationMapping<MobileRow, MobileDevice> = {
  table: MOBILE,
  firstUsed: 'date_first_launched_',
  toRow,
  toEntity,
  toColumns,
};

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
