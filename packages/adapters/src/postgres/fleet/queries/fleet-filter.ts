import {
  type Device,
  type FleetFilter,
  type InstantRange,
  isWithin,
  parseVersion,
  type VersionRange,
} from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { versionsInRange } from '../../reads/versions-in-range.js';
import { INDEXED, indexedPart } from '../../records/indexed-text.js';
import type { RecordTable } from '../../records/record-table.js';
import { timestampText } from '../../records/timestamp-text.js';
import type { Database } from '../../tables.js';
import { readVersions } from './known-versions.js';

/** Columns whose beginnings are indexed. */
const IN_INDEX: ReadonlySet<string> = new Set([
  'unique_device_code',
  'app_version',
  'phone_os_version',
  'desktop_os_version',
]);
/** The maximum number of distinct beginnings to read: more than the 10,000 versions that a range can hold. */
const MOST_TEXTS = 50_000;

/** Writes a filter as a condition on the table of the current installations. */
export async function conditionOf<Row, D extends Device>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  { equal = {}, versions = {}, since, lastSeen }: FleetFilter<D>,
): Promise<RawBuilder<unknown>> {
  const conditions = [...inRange('since', since), ...inRange('last_seen', lastSeen)];
  for (const [name, values] of Object.entries<readonly string[] | undefined>(equal)) {
    if (values !== undefined) conditions.push(anyOf(name === 'ownerId' ? table.owner : columnOf(name), values));
  }
  for (const [name, range] of Object.entries<VersionRange | undefined>(versions)) {
    if (range !== undefined) conditions.push(await inVersions(db, table, columnOf(name), range, equal));
  }
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** Returns `phone_os_version` for `phoneOsVersion`. */
export function columnOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function anyOf(column: string, values: readonly string[]): RawBuilder<unknown> {
  const exact = sql`${sql.ref(column)} = any (${values}::varchar[])`;
  if (!IN_INDEX.has(column)) return exact;
  return sql`left(${sql.ref(column)}, ${sql.lit(INDEXED)}) = any (${values.map(indexedPart)}::text[]) and ${exact}`;
}

function inRange(column: string, { from, before }: InstantRange = {}): RawBuilder<unknown>[] {
  return [
    ...(from === undefined ? [] : [sql`${sql.ref(column)} >= ${timestampText(from)}::timestamp`]),
    ...(before === undefined ? [] : [sql`${sql.ref(column)} < ${timestampText(before)}::timestamp`]),
  ];
}

async function inVersions<Row>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  column: string,
  range: VersionRange,
  { appProduct }: { readonly appProduct?: readonly string[] | undefined },
): Promise<RawBuilder<unknown>> {
  // For named products, only versions that reports distinguish: so a report's figure and its search always agree.
  const wanted =
    column === 'app_version' && appProduct !== undefined
      ? (await readVersions(db, table.name, appProduct)).filter((text) => isWithin(parseVersion(text), range))
      : await versionsInRange(db, distinctTexts(table.name, column), range);
  return wanted.length === 0 ? sql`false` : anyOf(column, wanted);
}

/** Steps from each text to the next in the index, which holds only beginnings; texts longer than that are then read. */
function distinctTexts(name: string, column: string): RawBuilder<unknown> {
  const current = sql.table(`fleet_${name}`);
  const beginning = sql`left(${sql.ref(column)}, ${sql.lit(INDEXED)})`;
  return sql`
    with recursive beginnings (text) as (
      (select ${beginning} from ${current} order by ${beginning} limit 1)
      union all
      select (select ${beginning} from ${current} where ${beginning} > beginnings.text order by ${beginning} limit 1)
        from beginnings where beginnings.text is not null
    ),
    found as materialized (select text from beginnings where text is not null limit ${sql.lit(MOST_TEXTS)})
    select text as version from found where char_length(text) < ${sql.lit(INDEXED)}
    union all
    select ${sql.ref(column)} from ${current}
     where ${beginning} = any (array(select text from found where char_length(text) >= ${sql.lit(INDEXED)}))`;
}
