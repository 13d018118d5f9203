import { isWithin, parseVersion, type VersionRange } from '@polaris-telemetry/domain';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../tables.js';

/** Guards against hostile texts: further versions, or longer ones, have no place in the order here. */
const MOST_VERSIONS = 10_000;
const LONGEST_VERSION = 1_000;

/** Finds the app versions of meters that lie in a range. Their order is the domain's; PostgreSQL only compares texts. */
export async function versionsInRange(db: Kysely<Database>, range: VersionRange): Promise<readonly string[]> {
  const { rows } = await sql<{ version: string }>`
    select distinct app_version collate "C" as version from blood_glucose_meter
    where octet_length(app_version) <= ${sql.lit(LONGEST_VERSION)} limit ${sql.lit(MOST_VERSIONS)}
  `.execute(db);
  return rows.map(({ version }) => version).filter((version) => isWithin(parseVersion(version), range));
}
