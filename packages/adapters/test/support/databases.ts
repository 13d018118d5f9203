import { setTimeout as sleep } from 'node:timers/promises';
import { inject, onTestFinished } from 'vitest';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { sqlState } from '../../src/postgres/failures.js';
import { distributedByCitus } from './migrated.js';
import { GIVEN, uniqueName } from './servers.js';
import { runSql } from './sql.js';
import './global-setup.js';

/** One of the PostgreSQL servers of this run. */
export interface TestDatabases {
  readonly name: string;
  readonly settings: DatabaseSettings;
  /** The same without the pooler, if there is one: for migrations, and for what needs a session. */
  readonly direct: DatabaseSettings;
  /** A migrated database, to make copies of. */
  readonly template: string;
  /** Whether Citus distributes the tables of that database. */
  readonly distributed: boolean;
}

/**
 * The servers to test on, for `describe.each(databaseServers())('… on $name', …)`. The suite names them (see vitest.config.ts),
 * or DATABASES does, for example `DATABASES=embedded,postgres15`.
 */
export function databaseServers(): readonly TestDatabases[] {
  const servers = inject('servers');
  if (servers.length === 0) throw new Error('there is no PostgreSQL to test on');
  return servers;
}

/** A database of a test's own: through the pooler, if the server has one, and without it. */
export interface TestDatabase {
  readonly settings: DatabaseSettings;
  readonly direct: DatabaseSettings;
  /** Removes it, connections and all. */
  drop(): Promise<void>;
}

/** Makes a database on a server, empty or a copy of another. */
export async function createDatabase(
  server: Pick<TestDatabases, 'name' | 'settings' | 'direct'> & Partial<TestDatabases>,
  template = 'template1',
): Promise<TestDatabase> {
  const database = uniqueName('polaris_test');
  const direct = { ...server.direct, database };
  // Citus itself, unlike its stand-in, has its shards elsewhere, and is at work in every database that has it.
  if (server.name === GIVEN && server.distributed && template === server.template) {
    await runSql(server.direct, `create database ${database}`);
    await distributedByCitus(direct);
  } else {
    await runSql(server.direct, `create database ${database} template ${template}`);
  }
  return {
    settings: { ...server.settings, database },
    direct,
    async drop() {
      await dropDatabase(server.direct, database);
    },
  };
}

async function dropDatabase(settings: DatabaseSettings, database: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await runSql(settings, `drop database if exists ${database} with (force)`);
      return;
    } catch (error) {
      // Only a superuser may end an autovacuum that is at work in there.
      if (sqlState(error) !== '42501' || attempt === 20) throw error;
      await sleep(500);
    }
  }
}

/** An empty database for one test, reached directly, removed after it. */
export async function freshDatabase(server: TestDatabases): Promise<DatabaseSettings> {
  return forOneTest(await createDatabase(server));
}

/** A migrated database for one test, reached directly, removed after it. */
export async function migratedDatabase(server: TestDatabases): Promise<DatabaseSettings> {
  return forOneTest(await createDatabase(server, server.template));
}

function forOneTest({ direct, drop }: TestDatabase): DatabaseSettings {
  onTestFinished(drop);
  return direct;
}
