import { createDatabase } from '../../../../packages/adapters/test/support/databases.js';
import { distributedByCitus } from '../../../../packages/adapters/test/support/migrated.js';
import { useServer } from '../../../../packages/adapters/test/support/servers.js';
import { openSession, runSql } from '../../../../packages/adapters/test/support/sql.js';
import { databaseEnv } from './database-env.js';

/** An empty database, or one that Citus distributes, as the built service's settings describe it. */
export interface SuiteDatabase {
  /** The service's settings: through the pooler, if there is one, and past it for migrations. */
  readonly env: Readonly<Record<string, string>>;
  /** Past the pooler. @returns the rows */
  sql(statement: string): Promise<Record<string, unknown>[]>;
  /** A connection past the pooler; the caller ends it. */
  session(): ReturnType<typeof openSession>;
  stop(): Promise<void>;
}

/** Makes it on the server that the suite names in DATABASES (see packages/adapters/test/support/servers.ts), else an embedded one. */
export async function startSuiteDatabase(): Promise<SuiteDatabase> {
  const server = await useServer(process.env['DATABASES'] ?? 'embedded');
  const { settings, direct, drop } = await createDatabase(server);
  await distributedByCitus(direct);
  return {
    env: {
      ...databaseEnv(settings),
      ...(settings.port !== direct.port && {
        DATABASE_MIGRATION_HOST: direct.host,
        DATABASE_MIGRATION_PORT: String(direct.port),
      }),
    },
    session: () => openSession(direct),
    sql: (statement) => runSql(direct, statement),
    async stop() {
      await drop();
      await server.stop();
    },
  };
}
