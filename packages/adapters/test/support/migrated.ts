import { buildWhileServing, migrateUp } from '../../src/index.js';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { uniqueName } from './servers.js';
import { runSql } from './sql.js';

/** A database with all that there is to be, indexes and triggers too. */
export async function migrated(settings: DatabaseSettings): Promise<DatabaseSettings> {
  await migrateUp(settings);
  await buildWhileServing(settings);
  return settings;
}

/** Makes such a database on a server for others to be copies of: a copy takes a fifth of the time of migrations. */
export async function createTemplate(server: DatabaseSettings): Promise<{ name: string; drop(): Promise<void> }> {
  const name = uniqueName('polaris_test_template');
  await runSql(server, `create database ${name}`);
  await migrated({ ...server, database: name });
  return {
    name,
    async drop() {
      await runSql(server, `drop database ${name}`);
    },
  };
}
