import { buildWhileServing, distribute, migrateUp } from '../../src/index.js';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { uniqueName } from './servers.js';
import { runSql } from './sql.js';

/** A database with all that there is to be, indexes and triggers too. */
export async function migrated(settings: DatabaseSettings): Promise<DatabaseSettings> {
  await migrateUp(settings);
  await buildWhileServing(settings);
  return settings;
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
  const distributed = (await runSql(settings, `select from pg_available_extensions where name = 'citus'`)).length > 0;
  if (distributed) await runSql(settings, 'create extension citus');
  await migrated(settings);
  if (distributed) await distribute(settings);
  return {
    name,
    distributed,
    async drop() {
      await runSql(server, `drop database ${name}`);
    },
  };
}
