import { Kysely, PostgresDialect } from 'kysely';
import { Migrator, NO_MIGRATIONS } from 'kysely/migration';
import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { openClient } from '../connections/open-client.js';
import { poolOfOne } from '../connections/pool-of-one.js';
import { REQUEST_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { failureReason } from '../failure-reason.js';
import { migrations } from '../migrations/index.js';
import { createTriggersAtStart, dropBuilds } from './build-while-serving.js';
import { checkEncoding } from './encoding.js';
import { MigrationError } from './error.js';
import { lockDoomedTables, type MigrateDownOptions, tellLosses } from './losses.js';
import { checkOriginal } from './original.js';
import { findOwnSchema, MIGRATION_LOCK_TABLE, MIGRATION_TABLE } from './own-schema.js';
import type { MigrationOptions } from './progress.js';
import { refuseLater } from './refuse-later.js';
import { whileLocked, withSession } from './session.js';
import { type MigrationStatus, readStatus } from './status.js';

export { buildWhileServing } from './build-while-serving.js';
export { encodingFault } from './encoding.js';
export { MigrationError } from './error.js';
export type { MigrateDownOptions } from './losses.js';
export type { Built, MigrationOptions, MigrationProgress } from './progress.js';
export type { BuildStatus, MigrationStatus } from './status.js';

/**
 * Brings the schema up to date, so that the service can work: creates the tables, or takes over those of the Python
 * original. It is quick; `buildWhileServing` does later what takes long on large tables, or needs locks that are not
 * available at once. Safe to call from several processes at once, and repeatedly.
 *
 * @throws MigrationError if the service cannot use the database, or reaches it through a pooler
 */
export async function migrateUp(settings: DatabaseSettings, options: MigrationOptions = {}): Promise<void> {
  await withSession(settings, options, async (client) => {
    await checkEncoding(client);
    await checkOriginal(client);
    if (await isBehind(client)) {
      await whileLocked(client, 'schema', options, async () => {
        // Another process may have done so meanwhile.
        if (await isBehind(client)) await migrateTo(client, 'latest', options);
      });
    }
    await createTriggersAtStart(client, options);
  });
}

/**
 * Restores the database as it was before `migrateUp` and `buildWhileServing`: the original's exact schema or, if we
 * created the tables ourselves, nothing, and then every record is lost.
 *
 * @throws MigrationError if a later version has migrated this database, if Citus distributes the tables, or if rows would be
 *   lost whose option is not set: `dropAllRecords`, `dropRevisions`, `dropReceipts`; nothing is lost then
 */
export async function migrateDown(settings: DatabaseSettings, options: MigrateDownOptions = {}): Promise<void> {
  await withSession(settings, options, async (client) => {
    refuseLater((await readStatus(client)).ahead);
    refuseDistributed(client);
    // Before the triggers and indexes go. The check runs again below, once no one can add records.
    await tellLosses(client, options);
    await dropBuilds(client, options);
    await whileLocked(client, 'schema', options, async () => {
      const { done } = await readStatus(client);
      const schema = client.escapeIdentifier((await findOwnSchema(client)).name);
      await client.query('begin');
      try {
        await lockDoomedTables(client);
        await tellLosses(client, { ...options, onProgress: undefined });
        if (done.length > 0) await migrateTo(client, 'nothing', options);
        await client.query(`drop table if exists ${schema}.${MIGRATION_TABLE}, ${schema}.${MIGRATION_LOCK_TABLE}`);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback').catch(() => {});
        throw error;
      }
    });
  });
}

/** Compares a database with what this version of the service expects; changes nothing, and works through a pooler too. */
export async function migrationStatus(settings: DatabaseSettings): Promise<MigrationStatus> {
  const { client } = await openClient(settings, { limits: REQUEST_LIMITS });
  try {
    return await readStatus(client);
  } finally {
    await client.end();
  }
}

async function isBehind(client: pg.Client): Promise<boolean> {
  const { pending, ahead } = await readStatus(client);
  if (pending.length > 0) refuseLater(ahead);
  return pending.length > 0;
}

function refuseDistributed(client: pg.Client): void {
  if (!isDistributed(client)) return;
  throw new MigrationError(
    'Citus distributes the tables, so they cannot be taken back: restore a backup from before "migrate distribute", or copy the data to a plain server (docs/citus.md)',
  );
}

async function migrateTo(
  client: pg.Client,
  target: 'latest' | 'nothing',
  { onProgress }: MigrationOptions,
): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: poolOfOne(client) }) });
  // Each migration is one statement, or may be repeated; a transaction around them all would make others wait for it.
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    // Without it Kysely would take another application's table, in any schema, for its own.
    migrationTableSchema: (await findOwnSchema(client)).name,
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: MIGRATION_LOCK_TABLE,
    disableTransactions: true,
  });
  const { error, results } =
    target === 'latest' ? await migrator.migrateToLatest() : await migrator.migrateTo(NO_MIGRATIONS);
  for (const { migrationName, direction, status } of results ?? []) {
    if (status !== 'Success') continue;
    onProgress?.({ kind: 'migrated', name: migrationName, direction: direction === 'Up' ? 'up' : 'down' });
  }
  if (error !== undefined)
    throw asMigrationError(error, results?.find((result) => result.status === 'Error')?.migrationName);
}

function asMigrationError(error: unknown, migration: string | undefined): MigrationError {
  // Kysely's own message, which holds only names of migrations.
  if (error instanceof Error && error.message.startsWith('corrupted migrations'))
    return new MigrationError(error.message);
  const name = migration ?? 'bookkeeping';
  return new MigrationError(`migration ${name} failed: ${failureReason(error)}`, { cause: error });
}
