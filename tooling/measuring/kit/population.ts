import { createHash } from 'node:crypto';
import { collectionPath, type Kind } from './kinds.ts';

/**
 * Who lives in the tables. Ids follow from numbers, so that neither the loader in SQL nor the requests need a list:
 * `md5('owner-7')` and `md5('owner-7-record-3')`, written as UUIDs.
 */
export interface Population {
  readonly owners: number;
  readonly recordsPerOwner: number;
}

export function ownerId(owner: number | string): string {
  return uuidOf(`owner-${owner}`);
}

export function recordId(owner: number | string, record: number): string {
  return uuidOf(`owner-${owner}-record-${record}`);
}

export function recordPath(kind: Kind, owner: number | string, record: number): string {
  return `${collectionPath(kind, ownerId(owner))}/${recordId(owner, record)}`;
}

function uuidOf(text: string): string {
  const hex = createHash('md5').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** When the seeded record was first used: one a day, the highest number is the latest. */
export function seededDate(record: number): string {
  return new Date(Date.UTC(2020, 0, 1, 8, 30, 0, 250) + record * 86_400_000).toISOString();
}

/** Rows in SQL for the numbers `$1` to `$2` of a population whose owners hold `$3` records each. */
export function seedStatement(kind: Kind, ownerName = '(n / $3::bigint)::text'): string {
  const date = "timestamp '2020-01-01 08:30:00.25' + interval '1 day' * (n % $3::bigint)";
  const columns: [string, string][] = [
    ['uuid', "md5('owner-' || owner || '-record-' || (n % $3::bigint))::uuid::text"],
    [kind.ownerField, "md5('owner-' || owner)::uuid::text"],
    ['created', "timestamp '2020-01-01'"],
    ['created_by_', "md5('owner-' || owner)::uuid::text"],
    ['modified', "timestamp '2020-01-01'"],
    ['modified_by_', "md5('owner-' || owner)::uuid::text"],
    [kind.date.column, kind.date.zone === undefined ? `(${date}) at time zone 'UTC'` : date],
    ...(kind.date.zone === undefined ? [] : [[kind.date.zone, '0'] satisfies [string, string]]),
    ...Object.entries(kind.fields).map(([name, value]): [string, string] => [name, literal(value)]),
  ];
  return `insert into ${kind.table} (${columns.map(([name]) => name).join(', ')})
    select ${columns.map(([, value]) => value).join(', ')}
    from generate_series($1::bigint, $2::bigint) as n, lateral (select ${ownerName} as owner) as o`;
}

function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : `${value}`;
}
