import type { Device, FleetFilter, InstantRange, VersionRange } from '@polaris-telemetry/domain';
import { type Kysely, sql } from 'kysely';
import { all, type Condition } from '../../lists/conditions.js';
import { INDEXED, indexedPart } from '../../records/indexed-text.js';
import type { RecordTable } from '../../records/record-table.js';
import { timestampText } from '../../records/timestamp-text.js';
import type { Database } from '../../tables.js';
import { columnOf, isOneOf, systemsWithin } from './fleet-filter.js';
import { readVersionNumbers, readVersionsWithin } from './known-versions.js';

/** A filter on the table of the current installations, by what its indexes hold. */
export interface MemberFilter {
  /** The column `version` is one of these. */
  readonly versions?: readonly number[] | undefined;
  /** The column `system` is one of these. */
  readonly systems?: readonly string[] | undefined;
  /** Conditions on the dates that pages are sorted by. */
  readonly dates: Readonly<Record<'since' | 'last_seen', readonly Condition[]>>;
  /** Conditions on other columns. */
  readonly others: readonly Condition[];
}

type Texts = Readonly<Record<string, readonly string[] | undefined>>;

/** Writes a filter, after looking up which versions it means. */
export async function memberFilter<Row, D extends Device>(
  db: Kysely<Database>,
  table: RecordTable<Row>,
  { equal = {}, versions: ranges = {}, since, lastSeen }: FleetFilter<D>,
): Promise<MemberFilter> {
  const rangesOf: Readonly<Record<string, VersionRange | undefined>> = ranges;
  const { appProduct, appVersion, ownerId, ...texts } = equal as Texts;
  const systemName = table.name === 'mobile' ? 'phoneOsVersion' : 'desktopOsVersion';
  const { [systemName]: systemTexts, ...rest } = texts;
  const others = Object.entries(rest).flatMap(([name, values]) =>
    values ? [beginsAndIs(columnOf(name), values)] : [],
  );
  if (ownerId !== undefined) others.push(isOneOf(table.owner, ownerId));
  const versions = await versionsOf(db, table.name, appProduct, appVersion, rangesOf['appVersion']);
  const systems = await systemsOf(db, table.name, columnOf(systemName), systemTexts, rangesOf[systemName]);
  return {
    versions: versions.numbers,
    systems: systems.beginnings,
    dates: { since: inRange('since', since), last_seen: inRange('last_seen', lastSeen) },
    others: [...others, ...versions.others, ...systems.others],
  };
}

/** The whole filter as a condition. */
export function membersCondition({ versions, systems, dates, others }: MemberFilter): Condition {
  return all([...isVersion(versions), ...isSystem(systems), ...dates.since, ...dates.last_seen, ...others]);
}

export function isVersion(versions: readonly number[] | undefined): readonly Condition[] {
  return versions === undefined ? [] : [sql`version = any (${versions}::integer[])`];
}

function isSystem(systems: readonly string[] | undefined): readonly Condition[] {
  return systems === undefined ? [] : [isOneOf('system', systems)];
}

async function versionsOf(
  db: Kysely<Database>,
  kind: string,
  products: readonly string[] | undefined,
  texts: readonly string[] | undefined,
  range: VersionRange | undefined,
): Promise<{ readonly numbers?: readonly number[]; readonly others: readonly Condition[] }> {
  if (range !== undefined) {
    const within = await readVersionsWithin(db, kind, range, { products, texts });
    return { numbers: within.map(({ id }) => id), others: [] };
  }
  if (products === undefined && texts === undefined) return { others: [] };
  const found = await readVersionNumbers(db, kind, { products, texts });
  const isText = texts === undefined ? [] : [isOneOf('app_version', texts)];
  if (found !== undefined) return { numbers: found.numbers, others: found.areShared ? isText : [] };
  return { others: [...(products === undefined ? [] : [isOneOf('app_product', products)]), ...isText] };
}

async function systemsOf(
  db: Kysely<Database>,
  kind: string,
  column: string,
  texts: readonly string[] | undefined,
  range: VersionRange | undefined,
): Promise<{ readonly beginnings?: readonly string[]; readonly others: readonly Condition[] }> {
  const within = range && (await systemsWithin(db, kind, column, range));
  const wanted = within && texts ? within.filter((text) => texts.includes(text)) : (within ?? texts);
  if (wanted === undefined) return { others: [] };
  const beginnings = [...new Set(wanted.map(indexedPart))];
  const areCut = beginnings.some((text) => [...text].length >= INDEXED);
  return { beginnings, others: areCut ? [isOneOf(column, wanted)] : [] };
}

/** For codes of devices: in the form that the index of their beginnings knows. */
function beginsAndIs(column: string, texts: readonly string[]): Condition {
  const is = isOneOf(column, texts);
  if (column !== 'unique_device_code') return is;
  return sql`left(${sql.ref(column)}, ${sql.lit(INDEXED)}) = any (${texts.map(indexedPart)}::text[]) and ${is}`;
}

function inRange(column: string, { from, before }: InstantRange = {}): readonly Condition[] {
  return [
    ...(from === undefined ? [] : [sql`${sql.ref(column)} >= ${timestampText(from)}::timestamp`]),
    ...(before === undefined ? [] : [sql`${sql.ref(column)} < ${timestampText(before)}::timestamp`]),
  ];
}
