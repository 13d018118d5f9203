import type pg from 'pg';
import { RECORD_TABLE_NAMES, RECORD_TABLES } from '../tables.js';
import { MigrationError } from './error.js';

/** The one state of the Python original's schema, by its Alembic revision, that this service takes over. */
export const ORIGINAL_HEAD = '0374bb6b95f6';

/**
 * Returns the Alembic revisions of the Python original; undefined if it was never here. They stand beside its tables, or
 * where this role would create them: another application's Alembic, in another schema on the search path, does not count.
 */
export async function alembicHeads(client: pg.Client): Promise<readonly string[] | undefined> {
  const { rows } = await client.query<{ table: string }>(
    `select format('%s.%I', relnamespace::regnamespace, relname) as table from pg_class
      where relname = 'alembic_version' and relkind = 'r' and relnamespace = coalesce(
              (select relnamespace from unnest($1::text[]) as name join pg_class on pg_class.oid = to_regclass(name) limit 1),
              to_regnamespace(quote_ident(current_schema())))`,
    [RECORD_TABLE_NAMES],
  );
  if (rows[0] === undefined) return undefined;
  const heads = await client.query<{ version_num: string }>(`select version_num from ${rows[0].table} order by 1`);
  return heads.rows.map((row) => row.version_num);
}

/**
 * Refuses a database with tables other than those this service knows.
 *
 * @throws MigrationError naming what was found and what was expected
 */
export async function checkOriginal(client: pg.Client): Promise<void> {
  const heads = await alembicHeads(client);
  if (heads !== undefined && (heads.length !== 1 || heads[0] !== ORIGINAL_HEAD)) {
    const found = heads.length === 0 ? 'none' : heads.join(', ');
    throw new MigrationError(
      `the database is at Alembic head ${found}, and this service takes over head ${ORIGINAL_HEAD} only: migrate it there with the original first`,
    );
  }
  const differences = await columnDifferences(client);
  if (differences.length > 0) {
    throw new MigrationError(
      `the database's tables have other columns than expected: ${differences.join('; ')}. If they are another application's, give this service's role a schema of its own, alone on its search_path`,
    );
  }
}

/** Returns where existing tables differ from the expected ones; added columns do not matter. */
async function columnDifferences(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string; column: string; type: string }>(
    `select name as table, attname as column, format_type(atttypid, atttypmod) as type
       from unnest($1::text[]) as name join pg_attribute on attrelid = to_regclass(name)
      where attnum > 0 and not attisdropped`,
    [RECORD_TABLE_NAMES],
  );
  const found = new Map(rows.map((row) => [`${row.table}.${row.column}`, row.type]));
  const present = new Set(rows.map((row) => row.table));
  const differences: string[] = [];
  for (const { name, definition } of RECORD_TABLES) {
    if (!present.has(name)) continue;
    for (const [column, { type }] of Object.entries(definition)) {
      const actual = found.get(`${name}.${column}`);
      if (actual !== type) differences.push(`${name}.${column} is ${actual ?? 'missing'}, not ${type}`);
    }
  }
  return differences;
}
