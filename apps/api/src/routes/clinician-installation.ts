import { type DesktopDevice, formatInstant, formatOffsetDateTime } from '@polaris-telemetry/domain';
import { policies } from '../auth/policies.js';
import { offsetDateTime, text } from '../wire/fields.js';
import type { InstallationKind } from './installations.js';

/** A clinician's desktop computer: its name and fields in the API. */
export const clinicianInstallation: InstallationKind<DesktopDevice, 'date_first_used'> = {
  owner: 'clinician',
  policies: policies.clinician,
  firstUse: 'date_first_used',
  fields: {
    unique_device_code: text({
      description: 'Identifies the computer, not the person: two people may share one. Never changes.',
      example: 'a3c1b0f4-1f1c-4b9e-8c55-2b7d5f0a9d10',
    }),
    date_first_used: offsetDateTime({
      description: 'When the app was first used on this computer, in the offset it was sent with.',
      example: '2022-03-04T08:30:00.000Z',
    }),
    app_product: text({ description: 'The product that the app belongs to.', example: 'GDM' }),
    app_version: text({ description: 'Version of the app.', example: '4.2.0' }),
    desktop_os: text({ description: 'Operating system of the computer.', example: 'Windows' }),
    desktop_os_version: text({ description: 'Version of the operating system.', example: '11' }),
    ip_address: text({ description: 'Address of the computer: free text, not checked.', example: '192.0.2.7' }),
  },
  show: ({ id, ownerId, device, firstUsed, audit }) => ({
    uuid: id,
    clinician_id: ownerId,
    unique_device_code: device.uniqueDeviceCode,
    app_product: device.appProduct,
    app_version: device.appVersion,
    desktop_os: device.desktopOs,
    desktop_os_version: device.desktopOsVersion,
    ip_address: device.ipAddress,
    date_first_used: formatOffsetDateTime(firstUsed),
    created: formatInstant(audit.created),
    created_by: audit.createdBy,
    modified: formatInstant(audit.modified),
    modified_by: audit.modifiedBy,
  }),
  searchable: ['unique_device_code', 'app_product', 'app_version', 'desktop_os', 'desktop_os_version'],
  versions: ['app_version', 'desktop_os_version'],
};
