import { RETRY_WINDOW_SECONDS } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { IDEMPOTENCY_KEY } from '../../../tables.js';
import { boundOfOldest } from './oldest-rows.js';

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
  for (;;) {
    const bound = await boundOfOldest(client, IDEMPOTENCY_KEY.name, 'created', MOST_KEYS);
    const { rowCount } = await client.query(
      `delete from ${IDEMPOTENCY_KEY.name} where created < $1::timestamp and created <= $2::timestamp`,
      [expiry, bound ?? 'infinity'],
    );
    if (bound === undefined || (rowCount ?? 0) < MOST_KEYS) return;
  }
}
