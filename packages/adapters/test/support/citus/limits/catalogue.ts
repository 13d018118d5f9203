import type { DatabaseSettings } from '../../../../src/postgres/connections/settings.js';
import { runSql } from '../../sql.js';

/** What has to be known of a database to read its statements. */
export interface Catalogue {
  /** The tables by name, with their columns; those that are distributed have an owner, the distribution column. */
  readonly tables: Readonly<Record<string, { readonly columns: readonly string[]; readonly owner?: string }>>;
  /** The names of functions any of whose forms is volatile, or stable. */
  readonly volatile: readonly string[];
  readonly stable: readonly string[];
  /** Functions that are not PostgreSQL's own. */
  readonly own: readonly string[];
}

/** Reads it from a distributed database; undefined if it is none. */
export async function readCatalogue(settings: DatabaseSettings): Promise<Catalogue | undefined> {
  const [citus] = await runSql(settings, `select to_regclass('pg_dist_partition') is not null as installed`);
  if (citus?.['installed'] !== true) return undefined;
  const tables = await runSql(
    settings,
    `select relname::text as name, array_agg(attname::text order by attnum) as columns,
            column_to_column_name(logicalrelid, partkey) as owner
       from pg_class c join pg_attribute on attrelid = c.oid and attnum > 0 and not attisdropped
       left join pg_dist_partition on logicalrelid = c.oid and partmethod = 'h'
      where relkind in ('r', 'v', 'p', 'm') and relnamespace in ('public'::regnamespace, 'pg_catalog'::regnamespace)
      group by relname, logicalrelid, partkey`,
  );
  const functions = await runSql(
    settings,
    `select proname::text as name, bool_or(provolatile = 'v') as volatile, bool_or(provolatile = 's') as stable,
            bool_and(pronamespace <> 'pg_catalog'::regnamespace) as own
       from pg_proc group by proname`,
  );
  if (!tables.some(({ owner }) => owner !== null)) return undefined;
  const named = (property: string) =>
    functions.filter((each) => each[property] === true).map(({ name }) => String(name));
  return {
    tables: Object.fromEntries(
      tables.map(({ name, columns, owner }) => [
        name,
        { columns: columns as string[], ...(owner !== null && { owner: String(owner) }) },
      ]),
    ),
    volatile: named('volatile'),
    stable: named('stable'),
    own: named('own'),
  };
}
