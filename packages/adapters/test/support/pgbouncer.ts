import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { freePort } from '../../src/postgres/embedded/free-port.js';
import { startPgBouncerProcess } from './pgbouncer-process.js';

/** A PgBouncer in front of a server. */
export interface PgBouncer {
  /** The server's, through PgBouncer. */
  readonly settings: DatabaseSettings;
  stop(): Promise<void>;
}

/** Starts one with few connections to the server, so that its clients share them, and room for many clients. */
export async function startPgBouncer(server: DatabaseSettings): Promise<PgBouncer> {
  const port = await freePort();
  const settings = { default_pool_size: 5, max_client_conn: 500 };
  const { stop } = await startPgBouncerProcess({ port, server, settings });
  return { settings: { ...server, port }, stop };
}
