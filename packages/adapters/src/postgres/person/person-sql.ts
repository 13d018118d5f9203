import { INDEXED } from '../records/indexed-text.js';
import { RECORD_TABLES } from '../tables.js';
import { ID_COLUMNS, type IdColumn } from './id-columns.js';

// Statements about one person, whose id is `$1`. Each uses the indexes that `id-columns.ts` names, and keeps within the limits
// of Citus: what is the person's own is found by the owner in every table, and tables that it distributes stand apart from others.

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

/** The condition that an earlier state is one of the person's own records. */
export function ownsRevision(table: { readonly name: string; readonly owner: string }): string {
  return `${owns(table)} and uuid in (select uuid from ${table.name} where ${owns(table)})`;
}

/** Counts what is the person's own, as one row. */
export const COUNT_OWN = oneRow({
  ...Object.fromEntries(RECORD_TABLES.map((table) => [table.name, count(table.name, owns(table))])),
  ...Object.fromEntries(
    RECORD_TABLES.map((table) => [`${table.name}_revision`, count(`${table.name}_revision`, ownsRevision(table))]),
  ),
  retry_copies: count('idempotency_key', OWN_COPIES),
});

/** Counts how often others' records, their earlier states and their copies name the person. */
export const COUNT_NAMES = `select sum(n) as names from (${[
  ...RECORD_TABLES.flatMap(({ name, owner }) =>
    [name, `${name}_revision`].map(
      (table) =>
        `select coalesce(sum(${NAMES_IN_ROW}), 0) as n from ${table} where ${owner} <> $1::text and ${namesInOthers(table, owner)}`,
    ),
  ),
  `select 2 * count(*) as n from idempotency_key where ${COPY_NAMES}`,
].join(' union all ')}) as named`;

/** Counts accesses that name the person, but not those that do so only in their query. */
export const COUNT_ACCESSES = `select count(*) as accesses from access where ${ACCESS_NAMES} and ${ACCESS_NAMES_IN_COLUMN}`;

function count(table: string, condition: string): string {
  return `select count(*) as n from ${table} where ${condition}`;
}

/** Joins statements that each return one number `n`. */
function oneRow(counts: Readonly<Record<string, string>>): string {
  const names = Object.keys(counts);
  const parts = names.map((name) => `(${counts[name]}) as of_${name}`);
  return `select ${names.map((name) => `of_${name}.n as ${name}`).join(', ')} from ${parts.join(' cross join ')}`;
}

const DATES = { created_by_: 'created', modified_by_: 'modified' } as const;

/** Whether the records have anything of the person from before an instant, `$2`. */
export const IS_BACK = `select count(*) > 0 as is_back from (${RECORD_TABLES.flatMap(({ name, owner }) => [
  `(select 1 from ${name} where ${owns({ name, owner })} and created < $2::timestamp limit 1)`,
  ...[name, `${name}_revision`].flatMap((table) =>
    Object.entries(DATES).map(
      ([column, date]) =>
        `(select 1 from ${table} where ${isNamedIn(column, owner)} and ${date} < $2::timestamp limit 1)`,
    ),
  ),
]).join(' union all ')}) as older`;

/** Removes what is the person's own. */
export const REMOVE_OWN: readonly string[] = [
  `delete from idempotency_key where ${OWN_COPIES}`,
  // Triggers remove earlier states too, but an administrator may have turned them off.
  ...RECORD_TABLES.flatMap((table) => [
    `delete from ${table.name}_revision where ${ownsRevision(table)}`,
    `delete from ${table.name} where ${owns(table)}`,
  ]),
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

/** Locks another owner's present records in one table that name the person, in the order of uuid. */
export function lockOthers({ name, owner }: { readonly name: string; readonly owner: string }): string {
  return `select uuid from ${name} where uuid = any (array(select uuid from ${name} where ${namesInOthers(name, owner)}))
    order by uuid for update`;
}

/** Removes the person's name from these records, `$2`. */
export function forgetInLocked({ name }: { readonly name: string }): string {
  return `${forgetIn(name)} where uuid = any ($2::text[]) and (created_by_ = $1::text or modified_by_ = $1::text)`;
}

/** Removes the person's name from others' present records in one table, in whatever order. */
export function forgetInOthers({ name, owner }: { readonly name: string; readonly owner: string }): string {
  return `${forgetIn(name)} where ${namesInOthers(name, owner)}`;
}

function forgetIn(table: string): string {
  return `update ${table} set created_by_ = case when created_by_ = $1::text then ${ERASED} else created_by_ end,
      modified_by_ = case when modified_by_ = $1::text then ${ERASED} else modified_by_ end`;
}
