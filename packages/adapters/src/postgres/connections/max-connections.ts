import { openClient } from './open-client.js';
import { REQUEST_LIMITS } from './session.js';
import type { DatabaseSettings } from './settings.js';

/** Returns how many connections the server allows in all (`max_connections`). */
export async function readMaxConnections(settings: DatabaseSettings): Promise<number> {
  const { client } = await openClient(settings, { limits: REQUEST_LIMITS });
  try {
    const { rows } = await client.query<{ most: number }>("select current_setting('max_connections')::int as most");
    return rows[0]?.most ?? 0;
  } finally {
    await client.end();
  }
}
