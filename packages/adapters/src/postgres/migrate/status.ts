import type pg from 'pg';
import { migrations } from '../migrations/index.js';
import { INDEXES } from '../migrations/indexes.js';
import { alembicHeads, ORIGINAL_HEAD } from './original.js';
import { isLocked } from './session.js';

/** State of an index: usable, being built by some process, left unusable by an interrupted build, or not there. */
export type IndexState = 'valid' | 'building' | 'invalid' | 'missing';

/** How a database compares with what this version of the service wants. */
export interface MigrationStatus {
  /** Migrations that have run, in their order. */
  readonly done: readonly string[];
  /** Migrations that have not run: while there are any, the service cannot work. */
  readonly pending: readonly string[];
  /** Migrations that a later version has run. They only add, so this version goes on working. */
  readonly ahead: readonly string[];
  /** Indexes; without them the service works, only slower. */
  readonly indexes: readonly { readonly name: string; readonly state: IndexState }[];
  /** Alembic revisions of the Python original; undefined where it never was. */
  readonly alembicHeads: readonly string[] | undefined;
  /** The revision that can be taken over. */
  readonly alembicExpected: string;
}

export const MIGRATION_TABLE = 'kysely_migration';
export const MIGRATION_LOCK_TABLE = 'kysely_migration_lock';

export async function readStatus(client: pg.Client): Promise<MigrationStatus> {
  const executed = await executedMigrations(client);
  const known = Object.keys(migrations);
  return {
    done: known.filter((name) => executed.includes(name)),
    pending: known.filter((name) => !executed.includes(name)),
    ahead: executed.filter((name) => !known.includes(name)),
    indexes: await indexStates(client),
    alembicHeads: await alembicHeads(client),
    alembicExpected: ORIGINAL_HEAD,
  };
}

async function executedMigrations(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass($1) is not null as there`, [
    MIGRATION_TABLE,
  ]);
  if (rows[0]?.there !== true) return [];
  const executed = await client.query<{ name: string }>(`select name from ${MIGRATION_TABLE} order by name`);
  return executed.rows.map((row) => row.name);
}

/** State of each index that there must be. */
export async function indexStates(client: pg.Client): Promise<readonly { name: string; state: IndexState }[]> {
  const { rows } = await client.query<{ name: string; valid: boolean | null }>(
    `select name, indisvalid as valid from unnest($1::text[]) as name left join pg_index on indexrelid = to_regclass(name)`,
    [INDEXES.map((index) => index.name)],
  );
  const busy = rows.some((row) => row.valid === false) && (await isLocked(client, 'indexes'));
  return rows.map(({ name, valid }) => ({
    name,
    state: valid === true ? 'valid' : valid === null ? 'missing' : busy ? 'building' : 'invalid',
  }));
}
