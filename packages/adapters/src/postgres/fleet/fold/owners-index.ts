import type pg from 'pg';
import { PHONES_KIND, READINGS_KIND } from '../readings.js';

/** A condition on `fleet_build`: the index that finds an owner's records exists. Without it each owner costs a scan. */
export const HAS_OWNERS_INDEX = `exists (
  select from pg_index where indisvalid
     and indexrelid = to_regclass(case kind when '${READINGS_KIND}' then '${READINGS_KIND}_patient' else kind || '_latest' end)
)`;

/** Returns the kinds that wait for this index before their first build; owners noted meanwhile wait as well. */
export async function kindsThatWait(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ kind: string }>(
    `select kind from fleet_build where not built and not ${HAS_OWNERS_INDEX}`,
  );
  const kinds = rows.map(({ kind }) => kind);
  // A reading's phone is an installation of its patient: both are folded together.
  return kinds.includes(READINGS_KIND) ? [...kinds, PHONES_KIND] : kinds;
}
