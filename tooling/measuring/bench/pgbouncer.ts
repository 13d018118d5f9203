import { freePort } from '../../../packages/adapters/src/postgres/embedded/free-port.ts';
import { startPgBouncerProcess } from '../../../packages/adapters/test/support/pgbouncer-process.ts';
import type { Cleanup } from '../kit/cleanup.ts';
import type { DatabaseEnvironment } from '../kit/postgres.ts';

/** A PgBouncer before a database, at its own settings but for the transaction mode. */
export async function startPgBouncer(database: DatabaseEnvironment, cleanup: Cleanup) {
  const port = await freePort();
  const server = {
    host: database.DATABASE_HOST,
    port: database.DATABASE_PORT,
    user: database.DATABASE_USER,
    password: database.DATABASE_PASSWORD,
  };
  const { pid, stop } = await startPgBouncerProcess({ port, server });
  cleanup.add(stop);
  const pooled = {
    ...database,
    DATABASE_PORT: `${port}`,
    DATABASE_MIGRATION_HOST: database.DATABASE_HOST,
    DATABASE_MIGRATION_PORT: database.DATABASE_PORT,
  };
  return { pid, database: pooled };
}
