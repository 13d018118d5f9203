import type pg from 'pg';
import type { FleetKind } from '../fleet-kinds.js';

/** With fewer records the indexes are kept up while the state is built … */
const FEWEST = 100_000;
/** … and with more as well: building one of them must not take longer than a statement of the fold may. */
const MOST = 30_000_000;

/** The indexes that search needs and the fold does not, as migration 0009 defines them. */
function indexesOf({ current, owner }: FleetKind): Readonly<Record<string, string>> {
  const since = `since desc, ${owner} collate "C"`;
  const seen = `last_seen desc, ${owner} collate "C"`;
  return {
    [`${current}_since_down`]: `(${since})`,
    [`${current}_seen_down`]: `(${seen})`,
    [`${current}_device`]: '(left(unique_device_code, 64))',
    [`${current}_version_since`]: `(version, ${since})`,
    [`${current}_version_seen`]: `(version, ${seen})`,
    [`${current}_system_since`]: `(system, ${since}) include (version)`,
    [`${current}_system_seen`]: `(system, ${seen}) include (version)`,
  };
}

/**
 * Drops the indexes before the first build of a large fleet, because building them in the end takes a fraction of the
 * time. Nobody searches until then.
 */
export async function dropIndexesOfEmpty(client: pg.ClientBase, kind: FleetKind): Promise<void> {
  const { rows } = await client.query<{ drops: boolean }>(
    `select not built and total between ${FEWEST} and ${MOST} and not exists (select from ${kind.current}) as drops
       from fleet_build where kind = $1`,
    [kind.name],
  );
  if (rows[0]?.drops) await client.query(`drop index if exists ${Object.keys(indexesOf(kind)).join()}`);
}

/**
 * Creates one of the indexes that are missing: each in a step of its own, which others wait for.
 *
 * @returns whether one was missing
 */
export async function createMissingIndex(client: pg.ClientBase, kind: FleetKind): Promise<boolean> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) as name
      where not exists (select from pg_index join pg_class on pg_class.oid = indexrelid
                         where relname = name and indrelid = to_regclass($2)) limit 1`,
    [Object.keys(indexesOf(kind)), kind.current],
  );
  const [missing] = rows;
  if (missing === undefined) return false;
  await client.query(`set local maintenance_work_mem = '128MB'`);
  await client.query(`create index ${missing.name} on ${kind.current} ${indexesOf(kind)[missing.name]}`);
  return true;
}
