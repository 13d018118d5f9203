import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbedded } from '@polaris-telemetry/adapters/embedded';
import pg from 'pg';
import type { Cleanup } from './run-program.ts';

/** Where a contestant finds its database: the names that the service's own settings have. */
export type DatabaseEnvironment = Readonly<
  Record<'DATABASE_HOST' | 'DATABASE_PORT' | 'DATABASE_USER' | 'DATABASE_PASSWORD' | 'DATABASE_NAME', string>
>;

/** The one PostgreSQL of a run, at its default settings; `fsync` is asserted, because without it no figure is worth anything. */
export interface Server {
  /** For databases, logs and results. */
  readonly folder: string;
  /** Where its own data are. */
  readonly dataFolder: string;
  /** Undoes what the run has started. */
  readonly cleanup: Cleanup;
  readonly version: string;
  /** @param template the database to copy; an empty one when absent */
  createDatabase(name: string, template?: string): Promise<DatabaseEnvironment>;
  /** Returns the database, if an earlier run kept it. */
  findDatabase(name: string): Promise<DatabaseEnvironment | undefined>;
  dropDatabase(name: string): Promise<void>;
  /** Opens a small pool for the harness; closed with the server. */
  connect(environment: DatabaseEnvironment): pg.Pool;
}

/** @param keep whether the databases stay for the next run */
export async function startServer(folder: string, cleanup: Cleanup, keep = false): Promise<Server> {
  mkdirSync(folder, { recursive: true });
  const dataFolder = join(folder, 'postgres');
  const embedded = await startEmbedded({ dataFolder, onNotice: (line) => process.stderr.write(`${line}\n`) });
  cleanup.add(async () => {
    await embedded.stop();
    if (!keep) rmSync(embedded.dataFolder, { recursive: true, force: true });
  });

  const environmentOf = (name: string): DatabaseEnvironment => ({
    DATABASE_HOST: embedded.settings.host,
    DATABASE_PORT: `${embedded.settings.port}`,
    DATABASE_USER: embedded.settings.user,
    DATABASE_PASSWORD: embedded.settings.password,
    DATABASE_NAME: name,
  });
  const connect = (environment: DatabaseEnvironment): pg.Pool => {
    const pool = new pg.Pool({
      host: environment.DATABASE_HOST,
      port: Number(environment.DATABASE_PORT),
      user: environment.DATABASE_USER,
      password: environment.DATABASE_PASSWORD,
      database: environment.DATABASE_NAME,
      max: 2,
    });
    // A connection that dies while idle concerns only the next query.
    pool.on('error', () => {});
    cleanup.add(async () => pool.end());
    return pool;
  };
  const admin = connect(environmentOf(embedded.settings.database));
  const { rows } = await admin.query<{ version: string; fsync: string }>(
    "select current_setting('server_version') as version, current_setting('fsync') as fsync",
  );
  if (rows[0]?.fsync !== 'on') throw new Error('This PostgreSQL runs without fsync: its figures mean nothing');

  return {
    folder,
    dataFolder: embedded.dataFolder,
    cleanup,
    version: rows[0].version,
    connect,
    async createDatabase(name, template = 'template1') {
      await admin.query(
        `create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)} strategy file_copy`,
      );
      return environmentOf(name);
    },
    async findDatabase(name) {
      const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
      return rowCount === 0 ? undefined : environmentOf(name);
    },
    async dropDatabase(name) {
      await admin.query(`drop database ${pg.escapeIdentifier(name)} with (force)`);
    },
  };
}
