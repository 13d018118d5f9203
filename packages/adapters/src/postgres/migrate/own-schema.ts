import type pg from 'pg';
import { isMissingTable } from '../failures.js';
import { migrations } from '../migrations/index.js';
import { MigrationError } from './error.js';

export const MIGRATION_TABLE = 'kysely_migration';
export const MIGRATION_LOCK_TABLE = 'kysely_migration_lock';

/** Where this service keeps its bookkeeping, and the migrations recorded there. */
export interface OwnSchema {
  readonly name: string;
  readonly executed: readonly string[];
}

/**
 * Finds the schema of our bookkeeping: the first on the search path whose table of migrations names one of ours, otherwise
 * the one in which the role creates tables. Other applications use Kysely too, and their table has the same name.
 *
 * @throws MigrationError if the role has no schema to work in, or shares it with another application's migrations
 */
export async function findOwnSchema(client: pg.Client): Promise<OwnSchema> {
  const { rows } = await client.query<{ schema: string; current: boolean; there: boolean }>(
    `select path.schema, path.schema = current_schema() as current, relation.oid is not null as there
       from unnest(current_schemas(false)) with ordinality as path(schema, place)
       left join pg_class as relation on relation.oid = to_regclass(format('%I.%I', path.schema, $1::text))
      where path.schema = current_schema() or has_table_privilege(relation.oid, 'select')
      order by place`,
    [MIGRATION_TABLE],
  );
  let own: OwnSchema | undefined;
  for (const { schema, current, there } of rows) {
    const executed = there ? await executedIn(client, schema) : [];
    if (executed.some((name) => Object.hasOwn(migrations, name))) return { name: schema, executed };
    if (current) own = { name: schema, executed };
  }
  if (own === undefined) {
    throw new MigrationError(
      "the role's search_path names no schema that exists and that it may use: create one, or grant usage on it",
    );
  }
  if (own.executed.length > 0) {
    throw new MigrationError(
      `the schema ${own.name} holds the migrations of another application (${own.executed[0]}, …): give this service's role a schema of its own`,
    );
  }
  return own;
}

async function executedIn(client: pg.Client, schema: string): Promise<readonly string[]> {
  const table = `${client.escapeIdentifier(schema)}.${MIGRATION_TABLE}`;
  try {
    const { rows } = await client.query<{ name: string }>(`select name from ${table} order by name`);
    return rows.map(({ name }) => name);
  } catch (error) {
    // Another process has dropped it meanwhile.
    if (isMissingTable(error)) return [];
    throw error;
  }
}
