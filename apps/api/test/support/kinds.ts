import { clinicianToken, patientToken } from './tokens.js';

/** One kind of record, for tests that hold for all three. */
export interface Kind {
  readonly name: string;
  readonly owner: string;
  readonly ownerId: string;
  readonly tokenFor: (id: string) => Promise<string>;
  /** Path of the owner's records, and of what to read the latest by. */
  readonly collection: (owner: string) => string;
  readonly latest?: (owner: string) => string;
  readonly created: number;
  /** The field that the list is ordered by. */
  readonly date: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What the record shows of that body. */
  readonly shown: Readonly<Record<string, unknown>>;
}

const patientBody = {
  unique_device_code: 'device-1',
  date_first_launched: '2022-03-04T09:30:00.123456+01:00',
  app_product: 'GDM',
  app_version: '1.2.3',
  phone_os: 'Android',
  phone_os_version: '12',
  manufacturer: 'Fairphone',
  model: 'FP4',
  display_name: '',
};

const clinicianBody = {
  unique_device_code: 'device-2',
  date_first_used: '2022-03-04t09:30:00z',
  app_product: 'GDM',
  app_version: '4.5.6',
  desktop_os: 'Windows',
  desktop_os_version: '11',
  ip_address: 'not an address',
};

const meterBody = {
  mobile_id: 'mobile-1',
  serial_number: 'SN-1',
  date_verified: '2022-03-04T09:30:00.5',
  is_bg_value_correct: false,
  app_product: 'GDM',
  app_version: '1.2.3',
  blood_glucose_value: 5.6,
};

export const patientInstallations: Kind = {
  name: 'patient installation',
  owner: 'patient_id',
  ownerId: 'p1',
  tokenFor: patientToken,
  collection: (owner) => `/dhos/v1/patient/${owner}/installation`,
  latest: (owner) => `/dhos/v1/patient/${owner}/latest_installation`,
  created: 200,
  date: 'date_first_launched',
  body: patientBody,
  shown: { ...patientBody, date_first_launched: '2022-03-04T09:30:00.123+01:00' },
};

export const clinicianInstallations: Kind = {
  name: 'clinician installation',
  owner: 'clinician_id',
  ownerId: 'c1',
  tokenFor: clinicianToken,
  collection: (owner) => `/dhos/v1/clinician/${owner}/installation`,
  latest: (owner) => `/dhos/v1/clinician/${owner}/latest_installation`,
  created: 200,
  date: 'date_first_used',
  body: clinicianBody,
  shown: { ...clinicianBody, date_first_used: '2022-03-04T09:30:00.000Z' },
};

export const meters: Kind = {
  name: 'blood glucose meter',
  owner: 'patient_id',
  ownerId: 'p1',
  tokenFor: patientToken,
  collection: (owner) => `/dhos/v1/patient/${owner}/blood_glucose_meter`,
  created: 201,
  date: 'date_verified',
  body: meterBody,
  shown: { ...meterBody, date_verified: '2022-03-04T09:30:00.500Z' },
};

export const kinds: readonly Kind[] = [patientInstallations, clinicianInstallations, meters];
