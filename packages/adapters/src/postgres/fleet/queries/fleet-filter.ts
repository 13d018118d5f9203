import type { Device, FleetFilter, InstantRange, VersionRange } from '@polaris-telemetry/domain';
import { type Kysely, sql } from 'kysely';
import { all, type Condition } from '../../lists/conditions.js';
import { distinctTexts } from '../../lists/distinct-texts.js';
import { versionsInRange } from '../../lists/versions-in-range.js';
import type { Database } from '../../tables.js';
import { readVersionsWithin } from './known-versions.js';

/** Whether a filter compares only texts that the people of a group share. */
export function isOnTexts<D extends Device>({ equal = {}, since, lastSeen }: FleetFilter<D>): boolean {
  const ofOne: Readonly<Record<string, unknown>> = equal;
  return !isBounded(since) && !isBounded(lastSeen) && !ONES_OWN.some((name) => ofOne[name] !== undefined);
}

/** A range without bounds, as an absent parameter becomes, restricts nothing. */
function isBounded({ from, before }: InstantRange = {}): boolean {
  return from !== undefined || before !== undefined;
}

const ONES_OWN = ['ownerId', 'uniqueDeviceCode'];

/** Writes a filter on texts as a condition on the groups of people who have the same. */
export async function groupsCondition<D extends Device>(
  db: Kysely<Database>,
  kind: string,
  { equal = {}, versions = {} }: FleetFilter<D>,
): Promise<Condition> {
  const conditions: Condition[] = [];
  for (const [name, texts] of Object.entries<readonly string[] | undefined>(equal)) {
    if (texts !== undefined) conditions.push(isOneOf(columnOf(name), texts));
  }
  const { appProduct: products } = equal as { readonly appProduct?: readonly string[] | undefined };
  for (const [name, range] of Object.entries<VersionRange | undefined>(versions)) {
    if (range === undefined) continue;
    const wanted =
      name === 'appVersion'
        ? (await readVersionsWithin(db, kind, range, { products })).map(({ text }) => text)
        : await systemsWithin(db, kind, columnOf(name), range);
    conditions.push(isOneOf(columnOf(name), [...new Set(wanted)]));
  }
  return all(conditions);
}

export function isOneOf(column: string, texts: readonly string[]): Condition {
  return sql`${sql.ref(column)} = any (${texts}::varchar[])`;
}

/** Returns `phone_os_version` for `phoneOsVersion`. */
export function columnOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Returns the versions of systems in a range.
 *
 * @param column of the system's version
 */
export function systemsWithin(
  db: Kysely<Database>,
  kind: string,
  column: string,
  range: VersionRange,
): Promise<readonly string[]> {
  const systems = { table: sql.table(`fleet_${kind}`), column: sql.ref(column), beginning: sql.ref('system') };
  return versionsInRange(db, distinctTexts(systems), range);
}
