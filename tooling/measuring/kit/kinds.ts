/** What the three kinds of record look like: on the wire, in the tables, and in this benchmark's requests. */

export type KindName = 'patient' | 'clinician' | 'meter';
export type FieldValue = string | number | boolean;

export interface Kind {
  readonly name: KindName;
  readonly ownerPath: 'patient' | 'clinician';
  /** The same word in the table, in the record and in the token's metadata. */
  readonly ownerField: 'patient_id' | 'clinician_id';
  readonly resource: 'installation' | 'blood_glucose_meter';
  readonly hasLatest: boolean;
  readonly createdStatus: 200 | 201;
  readonly table: 'mobile' | 'desktop' | 'blood_glucose_meter';
  /** `zone` is the column that keeps the sender's UTC offset in seconds; without one the column is a timestamptz. */
  readonly date: { readonly field: string; readonly column: string; readonly zone?: string };
  /** Every other field, named alike on the wire and in the table, with a believable value. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

const APP = { app_product: 'GDM', app_version: '2.4.1' };

export const KINDS: Readonly<Record<KindName, Kind>> = {
  patient: installation('patient', 'mobile', 'date_first_launched', {
    unique_device_code: '8f2b4c5e-3c1d-4a55-9c39-1f3b6d1a7e20',
    ...APP,
    phone_os: 'iOS',
    phone_os_version: '17.4.1',
    manufacturer: 'Apple',
    model: 'iPhone15,2',
    display_name: 'iPhone 14 Pro',
  }),
  clinician: installation('clinician', 'desktop', 'date_first_used', {
    unique_device_code: '5d0c0a3e-8a1e-4f7c-8a52-94f1f2f0c3d1',
    ...APP,
    desktop_os: 'Windows',
    desktop_os_version: '10.0.19045',
    ip_address: '192.0.2.17',
  }),
  meter: {
    name: 'meter',
    ownerPath: 'patient',
    ownerField: 'patient_id',
    resource: 'blood_glucose_meter',
    hasLatest: false,
    createdStatus: 201,
    table: 'blood_glucose_meter',
    date: { field: 'date_verified', column: 'date_verified' },
    fields: {
      mobile_id: '8f2b4c5e-3c1d-4a55-9c39-1f3b6d1a7e20',
      serial_number: 'GX-0042-7731',
      is_bg_value_correct: true,
      ...APP,
      blood_glucose_value: 6.1,
    },
  },
};

function installation(
  owner: Kind['ownerPath'],
  table: Kind['table'],
  date: string,
  fields: Readonly<Record<string, FieldValue>>,
): Kind {
  return {
    name: owner,
    ownerPath: owner,
    ownerField: `${owner}_id`,
    resource: 'installation',
    hasLatest: true,
    createdStatus: 200,
    table,
    date: { field: date, column: `${date}_`, zone: `${date}_time_zone_` },
    fields,
  };
}

export const OPERATIONS = ['post', 'latest', 'get', 'patch'] as const;
export type Operation = (typeof OPERATIONS)[number];

export const OPERATION_TITLES: Readonly<Record<Operation, string>> = {
  post: 'POST',
  latest: 'GET latest',
  get: 'GET by id',
  patch: 'PATCH',
};

export function operationsOf(kind: Kind, wanted: readonly Operation[]): Operation[] {
  return wanted.filter((operation) => operation !== 'latest' || kind.hasLatest);
}

/** Where the records of an owner live; the id of one, or nothing, goes behind it. */
export function collectionPath(kind: Kind, owner: string): string {
  return `/dhos/v1/${kind.ownerPath}/${owner}/${kind.resource}`;
}

export function latestPath(kind: Kind, owner: string): string {
  return `/dhos/v1/${kind.ownerPath}/${owner}/latest_installation`;
}
