import { isWithin, parseVersion, type VersionRange } from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../tables.js';

/** Guards against hostile texts: further versions, or longer ones (in bytes), are in no range. */
const MOST_VERSIONS = 10_000;
const LONGEST_VERSION = 1_000;

/**
 * Returns the texts that are versions in a range, of those that `texts` selects as `version`. Their order is the domain's;
 * PostgreSQL only compares texts. The first 10,000 by bytes count, so that every page of a walk looks at the same.
 */
export async function versionsInRange(
  db: Kysely<Database>,
  texts: RawBuilder<unknown>,
  range: VersionRange,
): Promise<readonly string[]> {
  const { rows } = await sql<{ version: string }>`
    select distinct version collate "C" as version from (${texts}) as texts
    where octet_length(version) <= ${sql.lit(LONGEST_VERSION)} order by 1 limit ${sql.lit(MOST_VERSIONS)}
  `.execute(db);
  return rows.map(({ version }) => version).filter((version) => isWithin(parseVersion(version), range));
}
