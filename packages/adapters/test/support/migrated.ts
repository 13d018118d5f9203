import { setTimeout as sleep } from 'node:timers/promises';
import { buildWhileServing, distribute, MigrationError, migrateUp } from '../../src/index.js';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { sqlState } from '../../src/postgres/failures.js';
import { uniqueName } from './servers.js';
import { runSql } from './sql.js';

/** A database with all that there is to be, indexes and triggers too. */
export async function migrated(settings: DatabaseSettings): Promise<DatabaseSettings> {
  await migrateUp(settings);
  await buildPatiently(settings, 5);
  return settings;
}

/** Autovacuum may have a table just then, and an index waits for it only for a moment. The service too tries again. */
async function buildPatiently(settings: DatabaseSettings, attempts: number): Promise<void> {
  try {
    await buildWhileServing(settings);
  } catch (error) {
    if (attempts === 1 || !(error instanceof MigrationError)) throw error;
    await sleep(1_000);
    await buildPatiently(settings, attempts - 1);
  }
}

/**
 * Distributes a database by Citus, migrated before, if the server has it.
 *
 * @returns whether it did
 */
export async function distributedByCitus(settings: DatabaseSettings): Promise<boolean> {
  if (!(await createCitus(settings))) return false;
  await migrated(settings);
  await distribute(settings);
  return true;
}

async function createCitus(settings: DatabaseSettings): Promise<boolean> {
  const available = await runSql(settings, `select from pg_available_extensions where name = 'citus'`);
  if (available.length === 0) return false;
  try {
    await runSql(
      settings,
      'create extension citus',
      `alter database ${settings.database} set citus.enable_unsafe_triggers = on`,
    );
    return true;
  } catch (error) {
    // Many servers have its files, and do not load it at their start (XX000) or do not let everyone create it.
    if (!['XX000', '42501'].includes(sqlState(error) ?? '')) throw error;
    console.warn(`Citus cannot be used on this server, so the tests run on ordinary tables: ${error}`);
    return false;
  }
}

/**
 * Makes such a database on a server for others to be copies of: a copy takes a fifth of the time of migrations. Where there
 * is Citus, it is distributed.
 */
export async function createTemplate(
  server: DatabaseSettings,
): Promise<{ readonly name: string; readonly distributed: boolean; drop(): Promise<void> }> {
  const name = uniqueName('polaris_test_template');
  await runSql(server, `create database ${name}`);
  const settings = { ...server, database: name };
  const distributed = await distributedByCitus(settings);
  if (!distributed) await migrated(settings);
  return {
    name,
    distributed,
    async drop() {
      // Citus keeps a connection to each of its databases.
      await runSql(server, `drop database ${name} with (force)`);
    },
  };
}
