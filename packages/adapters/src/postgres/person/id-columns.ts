import { FLEET_NOTE } from '../distribute/distributed-tables.js';
import { FLEET_KINDS } from '../fleet/fleet-kinds.js';
import { READING_SUMS } from '../fleet/readings.js';
import { INSTALLATION_TABLES, RECORD_TABLES } from '../tables.js';

/** The role of the person whose id a column holds. */
export type Role =
  | 'owner'
  | 'created_by'
  | 'modified_by'
  /** The person who erased another. */
  | 'by'
  /** The person whose data were read. */
  | 'person'
  /** The person who read them. */
  | 'actor'
  /** A person named in a query string, a request id or a list of ids. */
  | 'named';

/** A column that may hold the id of a person. */
export interface IdColumn {
  readonly table: string;
  readonly column: string;
  readonly role: Role;
  /** What finds the rows that name a person: an index, or other rows that an index finds. */
  readonly foundBy: string;
  /** How its ids are read, as SQL; absent: the column is an id. */
  readonly ids?: string;
}

/** The columns with the owner of a record, and with who created and changed it. */
function recordColumns(
  table: string,
  owner: string,
  foundBy: { readonly owner: string; readonly others: string },
): readonly IdColumn[] {
  return [
    { table, column: owner, role: 'owner', foundBy: foundBy.owner },
    { table, column: 'created_by_', role: 'created_by', foundBy: `${foundBy.others}_created_by` },
    { table, column: 'modified_by_', role: 'modified_by', foundBy: `${foundBy.others}_modified_by` },
  ];
}

const OWNER_INDEXES: Readonly<Record<string, string>> = {
  mobile: 'mobile_latest',
  desktop: 'desktop_latest',
  blood_glucose_meter: 'blood_glucose_meter_patient',
};

/**
 * Every column that holds a person's id. Personal data, erasure and their documentation follow this list. A test compares it
 * with the catalogue, so that a migration that adds a column must say whether it is one.
 */
export const ID_COLUMNS: readonly IdColumn[] = [
  ...RECORD_TABLES.flatMap(({ name, owner }) => [
    ...recordColumns(name, owner, { owner: OWNER_INDEXES[name] ?? '', others: name }),
    // A revision belongs to the record with its uuid, which has the same owner.
    ...recordColumns(`${name}_revision`, owner, {
      owner: `the records of the owner in ${name}`,
      others: `${name}_revision`,
    }),
  ]),
  ...INSTALLATION_TABLES.flatMap(({ name, owner }) =>
    recordColumns(`fleet_${name}`, owner, { owner: `fleet_${name}_owner`, others: `fleet_${name}` }),
  ),
  { table: 'fleet_person', column: 'owner', role: 'owner', foundBy: 'fleet_person_pkey' },
  { table: 'fleet_reading', column: 'patient_id', role: 'owner', foundBy: 'fleet_reading_patient' },
  // Notes stay for a second or so.
  { table: 'fleet_queue', column: 'owner', role: 'owner', foundBy: 'reading all of it' },
  // How far a build has come.
  { table: 'fleet_build', column: 'walked_to', role: 'named', foundBy: 'reading all of it' },
  { table: 'idempotency_key', column: 'owner', role: 'owner', foundBy: 'idempotency_key_owner' },
  {
    table: 'idempotency_key',
    column: 'snapshot',
    role: 'named',
    foundBy: 'idempotency_key_made_by',
    ids: `snapshot ->> 'created_by_'`,
  },
  { table: 'access', column: 'actor', role: 'actor', foundBy: 'access_ids' },
  { table: 'access', column: 'person_id', role: 'person', foundBy: 'access_ids' },
  { table: 'access', column: 'query', role: 'named', foundBy: 'access_ids' },
  { table: 'access', column: 'request_id', role: 'named', foundBy: 'access_ids' },
  { table: 'access', column: 'ids', role: 'named', foundBy: 'access_ids', ids: 'unnest(ids)' },
  { table: 'erasure', column: 'by', role: 'by', foundBy: 'erasure_by' },
];

/** The others where Citus distributes the tables of records: notes on their way to `fleet_queue`. */
export const DISTRIBUTED_ID_COLUMNS: readonly IdColumn[] = [
  { table: FLEET_NOTE, column: 'owner', role: 'owner', foundBy: 'the node of the owner' },
];

/** The other columns that can hold text or bytes. None holds a person's id. */
export const OTHER_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    RECORD_TABLES.flatMap(({ name, owner, columns }) => {
      const others = Object.entries(columns)
        .filter(([column, kind]) => kind === 'text' && ![owner, 'created_by_', 'modified_by_'].includes(column))
        .map(([column]) => column);
      const kept = [name, `${name}_revision`].map((table) => [table, others]);
      return name === 'blood_glucose_meter' ? kept : [...kept, [`fleet_${name}`, [...others, 'system']]];
    }),
  ),
  revision_start: ['table_name'],
  fleet_person: ['kind'],
  fleet_ledger: ['packed'],
  ...Object.fromEntries(FLEET_KINDS.map(({ groups, texts }) => [groups, ['digest', ...texts]])),
  fleet_reading: ['uuid', 'serial_number', 'app_product', 'app_version', 'phone_os', 'manufacturer', 'model'],
  ...Object.fromEntries(READING_SUMS.map(({ table, texts }) => [table, ['digest', ...texts]])),
  fleet_queue: ['kind'],
  [FLEET_NOTE]: ['kind'],
  fleet_build: ['kind'],
  fleet_product: ['kind', 'app_product', 'digest'],
  fleet_version: ['kind_of_version', 'app_version', 'digest'],
  // The digest in `id` covers owner and key: without the key, it does not reveal the owner.
  idempotency_key: ['id', 'kind', 'fingerprint', 'values_fingerprint'],
  access: ['operation'],
  erasure: ['id', 'subject', 'counts'],
  erasure_key: ['key'],
  erasure_replay: ['incarnation'],
};
