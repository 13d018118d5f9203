import { startTestServer } from '../../../../packages/adapters/test/support/servers.js';
import { runSql } from '../../../../packages/adapters/test/support/sql.js';
import { databaseEnv } from './database-env.js';

/** An empty database on its own server, as the built service's settings describe it. */
export interface SuiteDatabase {
  /** The service's settings: through the pooler, if there is one, and past it for migrations. */
  readonly env: Readonly<Record<string, string>>;
  /** Past the pooler. @returns the rows */
  sql(statement: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** Starts the server that the suite names in DATABASES (see packages/adapters/test/support/servers.ts), else the embedded one. */
export async function startSuiteDatabase(): Promise<SuiteDatabase> {
  const { settings, direct, stop } = await startTestServer(process.env['DATABASES'] ?? 'embedded');
  await runSql(direct, 'create database telemetry');
  return {
    env: {
      ...databaseEnv({ ...settings, database: 'telemetry' }),
      ...(settings.port !== direct.port && {
        DATABASE_MIGRATION_HOST: direct.host,
        DATABASE_MIGRATION_PORT: String(direct.port),
      }),
    },
    sql: (statement) => runSql({ ...direct, database: 'telemetry' }, statement),
    stop,
  };
}
