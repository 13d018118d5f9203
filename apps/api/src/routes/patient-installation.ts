import { formatInstant, formatOffsetDateTime, type MobileDevice } from '@polaris-telemetry/domain';
import { policies } from '../auth/policies.js';
import { offsetDateTime, text } from '../wire/fields.js';
import type { InstallationKind } from './installations.js';

/** A patient's phone: its name and fields in the API. */
export const patientInstallation: InstallationKind<MobileDevice, 'date_first_launched'> = {
  owner: 'patient',
  policies: policies.patient,
  firstUse: 'date_first_launched',
  fields: {
    unique_device_code: text({
      description: 'Identifies the phone, not the person: two people may share one. Never changes.',
      example: '5bd2e2f3-6b5a-4f43-9d9c-0c4c8d3c1a52',
    }),
    date_first_launched: offsetDateTime({
      description: 'When the app was first launched on this phone, in the offset it was sent with.',
      example: '2022-03-04T09:30:00.000+01:00',
    }),
    app_product: text({ description: 'The product that the app belongs to.', example: 'GDM' }),
    app_version: text({ description: 'Version of the app.', example: '1.13.2' }),
    phone_os: text({ description: 'Operating system of the phone.', example: 'Android' }),
    phone_os_version: text({ description: 'Version of the operating system.', example: '12' }),
    manufacturer: text({ description: 'Who made the phone.', example: 'Fairphone' }),
    model: text({ description: 'Model of the phone.', example: 'FP4' }),
    display_name: text({ description: 'What its owner calls the phone.', example: 'Ana’s phone' }),
  },
  show: ({ id, ownerId, device, firstUsed, audit }) => ({
    uuid: id,
    patient_id: ownerId,
    unique_device_code: device.uniqueDeviceCode,
    app_product: device.appProduct,
    app_version: device.appVersion,
    phone_os: device.phoneOs,
    phone_os_version: device.phoneOsVersion,
    manufacturer: device.manufacturer,
    model: device.model,
    display_name: device.displayName,
    date_first_launched: formatOffsetDateTime(firstUsed),
    created: formatInstant(audit.created),
    created_by: audit.createdBy,
    modified: formatInstant(audit.modified),
    modified_by: audit.modifiedBy,
  }),
  searchable: [
    'unique_device_code',
    'app_product',
    'app_version',
    'phone_os',
    'phone_os_version',
    'manufacturer',
    'model',
  ],
  versions: ['app_version', 'phone_os_version'],
};
