import type pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { openClient } from '../../src/postgres/open-client.js';
import { NO_LIMITS } from '../../src/postgres/session.js';
import type { DatabaseSettings } from '../../src/postgres/settings.js';
import { uniqueName } from './servers.js';
import './global-setup.js';

/** One of the PostgreSQL servers of this run. */
export interface TestDatabases {
  readonly name: string;
  readonly settings: DatabaseSettings;
  /** The same without the pooler, if there is one: for migrations, and for what needs a session. */
  readonly direct: DatabaseSettings;
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

/** A connection of one's own without limits of time; the caller ends it. */
export async function openSession(settings: DatabaseSettings): Promise<pg.Client> {
  return (await openClient(settings, { limits: NO_LIMITS })).client;
}

/** Runs statements one after the other on a connection of its own. @returns the rows of the last one */
export async function runSql(settings: DatabaseSettings, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = await openSession(settings);
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** An empty database: through the pooler, if the server has one, and without it. */
export interface TestDatabase {
  readonly settings: DatabaseSettings;
  readonly direct: DatabaseSettings;
  /** Removes it, connections and all. */
  drop(): Promise<void>;
}

/** Makes an empty database on a server. */
export async function createDatabase(server: TestDatabases): Promise<TestDatabase> {
  const database = uniqueName('t');
  await runSql(server.direct, `create database ${database}`);
  return {
    settings: { ...server.settings, database },
    direct: { ...server.direct, database },
    async drop() {
      await runSql(server.direct, `drop database if exists ${database} with (force)`);
    },
  };
}

/** An empty database for one test, reached directly, removed after it. */
export async function freshDatabase(server: TestDatabases): Promise<DatabaseSettings> {
  const { direct, drop } = await createDatabase(server);
  onTestFinished(drop);
  return direct;
}
