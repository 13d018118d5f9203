import { RETRY_WINDOW_SECONDS } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { IDEMPOTENCY_KEY } from '../../../tables.js';
import { oldestRows } from './oldest-rows.js';

/** How many keys one statement removes. */
const MOST_KEYS = 10_000;

/**
 * Removes everyone's expired retry keys. On one server each request with a key removes a few; on a distributed database
 * those of its own owner only, because the others are on other nodes.
 */
export async function removeExpiredRetryKeys(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ expiry: string }>(
    `select clock_timestamp() at time zone 'UTC' - $1 * interval '1 second' as expiry`,
    [RETRY_WINDOW_SECONDS],
  );
  const expiry = rows[0]?.expiry ?? '-infinity';
  for (let hasMore = true; hasMore; ) {
    const { last, more } = await oldestRows(client, IDEMPOTENCY_KEY.name, 'created', MOST_KEYS, expiry);
    if (last === undefined) return;
    await client.query(`delete from ${IDEMPOTENCY_KEY.name} where created <= $1`, [last]);
    hasMore = more;
  }
}
