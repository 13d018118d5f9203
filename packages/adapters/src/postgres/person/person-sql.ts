import { INDEXED } from '../records/indexed-text.js';
import { INSTALLATION_TABLES, RECORD_TABLES } from '../tables.js';
import { ID_COLUMNS, type IdColumn } from './id-columns.js';

// Statements about one person, whose id is `$1`. Each uses the indexes that `id-columns.ts` names.

/** What replaces the name of an erased person, as SQL. */
const ERASED = `'erased'`;

/** What the indexes hold of the person's id. */
const INDEXED_ID = `left($1::text, ${INDEXED})`;

/** A column of unlimited length is the person's id, in the form that its index knows. */
function names(column: string): string {
  return `(left(${column}, ${INDEXED}) = ${INDEXED_ID} and ${column} = $1::text)`;
}

/** The condition that a row of a table belongs to the person. */
export function owns({ name, owner }: { readonly name: string; readonly owner: string }): string {
  return name === 'blood_glucose_meter' ? names(owner) : `${owner} = $1::text`;
}

const OWN_COPIES = `${names('owner')} and kind <> 'erasure'`;

/** The condition that another owner's row names the person in this column, as the partial indexes have it. */
function isNamedIn(column: string, owner: string): string {
  return `(${names(column)} and ${column} <> ${owner})`;
}

const COPY_MADE_BY = `snapshot ->> 'created_by_'`;
const COPY_NAMES = `(${names(`(${COPY_MADE_BY})`)} and ${COPY_MADE_BY} <> owner)`;

/** How often a row names the person, as SQL. */
const NAMES_IN_ROW = `((created_by_ = $1::text)::integer + (modified_by_ = $1::text)::integer)`;

function columnsOfOthers(table: string): readonly IdColumn[] {
  return ID_COLUMNS.filter((column) => column.table === table && ['created_by', 'modified_by'].includes(column.role));
}

/** The condition that a record, or a revision, belongs to another owner and names the person. */
export function namesInOthers(table: string, owner: string): string {
  return `(${columnsOfOthers(table)
    .map(({ column }) => isNamedIn(column, owner))
    .join(' or ')})`;
}

/** The condition that an access names the person. */
export const ACCESS_NAMES = `ids @> array[${INDEXED_ID}]::varchar[]`;
export const ACCESS_NAMES_IN_COLUMN = `(actor = $1::text or person_id = $1::text or request_id = $1::text)`;

const total = (parts: readonly string[]) => parts.join(' + ');
const count = (table: string, condition: string) => `(select count(*) from ${table} where ${condition})`;

/** Counts what is held on the person, as one row, without accesses that name the person only in their query. */
export const COUNT = `
  select ${RECORD_TABLES.map((table) => `${count(table.name, owns(table))} as ${table.name}`).join(', ')},
    ${total(RECORD_TABLES.flatMap((table) => [count(table.name, owns(table)), count(`${table.name}_revision`, `uuid in (select uuid from ${table.name} where ${owns(table)})`)]))} as revisions,
    ${count('idempotency_key', OWN_COPIES)} as retry_copies,
    ${total([
      ...RECORD_TABLES.flatMap(({ name, owner }) =>
        [name, `${name}_revision`].map(
          (table) =>
            `(select coalesce(sum(${NAMES_IN_ROW}), 0) from ${table} where ${owner} <> $1::text and ${namesInOthers(table, owner)})`,
        ),
      ),
      `2 * ${count('idempotency_key', COPY_NAMES)}`,
    ])} as names,
    ${count('access', `${ACCESS_NAMES} and ${ACCESS_NAMES_IN_COLUMN}`)} as accesses`;

/** Removes what is the person's own. */
export const REMOVE_OWN: readonly string[] = [
  `delete from idempotency_key where ${OWN_COPIES}`,
  // Triggers remove earlier states too, but an administrator may have turned them off.
  ...RECORD_TABLES.flatMap((table) => {
    const own = `from ${table.name} where ${owns(table)}`;
    return [`delete from ${table.name}_revision where uuid in (select uuid ${own})`, `delete ${own}`];
  }),
];

/** Removes the person's name from earlier states of others' records in one table. */
export function forgetInEarlierStates({ name, owner }: { readonly name: string; readonly owner: string }): string[] {
  return columnsOfOthers(`${name}_revision`).map(
    ({ table, column }) => `update ${table} set ${column} = ${ERASED} where ${isNamedIn(column, owner)}`,
  );
}

/** Removes the person's name from earlier states, copies and receipts. */
export const FORGET_NAMES: readonly string[] = [
  ...RECORD_TABLES.flatMap(forgetInEarlierStates),
  `update idempotency_key set snapshot = (snapshot::jsonb || '{"created_by_":"erased","modified_by_":"erased"}')::json where ${COPY_NAMES}`,
  `update erasure set by = ${ERASED} where ${names('by')}`,
];

const ACCESS_COLUMNS = ['actor', 'person_id', 'request_id'];

/** Removes the person's name from the columns of an access that hold a single id, as assignments. */
export const FORGET_IN_COLUMNS = ACCESS_COLUMNS.map(
  (column) => `${column} = case when access.${column} = $1::text then ${ERASED} else access.${column} end`,
).join(', ');

/**
 * The list of ids of an access without the person's, as SQL.
 *
 * @param othersBeginAlike whether the access names someone else whose id has the same beginning
 */
export function idsWithout(othersBeginAlike: string): string {
  return `case when ${othersBeginAlike} then ids else array_replace(ids, ${INDEXED_ID}::varchar, ${ERASED}) end`;
}

/** Removes the person's name from accesses without a query. */
export const FORGET_IN_SHORT_ACCESSES = `
  update access set ${FORGET_IN_COLUMNS},
    ids = ${idsWithout(ACCESS_COLUMNS.map((column) => `(${column} <> $1::text and left(${column}, ${INDEXED}) = ${INDEXED_ID})`).join(' or '))}
   where ${ACCESS_NAMES} and ${ACCESS_NAMES_IN_COLUMN} and query is null`;

/** Removes the person from what search and reports read. */
export const FORGET_IN_FLEET: readonly string[] = [
  'select fleet_forget($1::text)',
  // That took the notes too, also those of records that came meanwhile and stay.
  ...RECORD_TABLES.map(
    (table) =>
      `insert into fleet_queue (kind, owner) select '${table.name}', $1::text where exists (select from ${table.name} where ${owns(table)})`,
  ),
  // A build that has reached this person continues from the one before.
  ...INSTALLATION_TABLES.map(
    ({ name, owner }) =>
      `update fleet_build set walked_to = (select max(${owner}) from ${name} where ${owner} < $1::text)
        where kind = '${name}' and walked_to = $1::text`,
  ),
  // That of the readings knows the beginnings of ids.
  `update fleet_build set walked_to = (select max(left(patient_id, ${INDEXED})) from blood_glucose_meter where left(patient_id, ${INDEXED}) < ${INDEXED_ID})
    where kind = 'blood_glucose_meter' and walked_to = ${INDEXED_ID}`,
];

/** Locks another owner's present records in one table that name the person, in the order of uuid. */
export function lockOthers({ name, owner }: { readonly name: string; readonly owner: string }): string {
  return `select uuid from ${name} where uuid = any (array(select uuid from ${name} where ${namesInOthers(name, owner)}))
    order by uuid for update`;
}

/** Removes the person's name from these records, `$2`. */
export function forgetInOthers({ name }: { readonly name: string }): string {
  return `update ${name} set created_by_ = case when created_by_ = $1::text then ${ERASED} else created_by_ end,
      modified_by_ = case when modified_by_ = $1::text then ${ERASED} else modified_by_ end
    where uuid = any ($2::text[]) and (created_by_ = $1::text or modified_by_ = $1::text)`;
}
