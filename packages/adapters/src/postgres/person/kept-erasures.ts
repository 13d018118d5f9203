import type { ErasureKey, KeptErasures } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { openClient } from '../connections/open-client.js';
import { NO_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { instantOf } from '../records/timestamp-text.js';
import { type ErasureRow, toErasure } from './receipts.js';

/** Reads the keys, oldest first. */
export async function readKeys(client: pg.ClientBase): Promise<readonly ErasureKey[]> {
  const { rows } = await client.query<{ key: string; created: string }>(
    `select encode(key, 'hex') as key, created from erasure_key order by created, erasure_key.key`,
  );
  return rows.map(({ key, created }) => ({ key, created: instantOf(created) }));
}

/** Reads keys and receipts, both in one state of the database. */
export async function readKeptErasures(settings: DatabaseSettings): Promise<KeptErasures> {
  return await onConnection(settings, async (client) => {
    await client.query('begin isolation level repeatable read read only');
    const keys = await readKeys(client);
    const { rows } = await client.query<ErasureRow>('select * from erasure order by at, id');
    await client.query('commit');
    const receipts = rows.map((row) => {
      const { by: _, ...receipt } = toErasure(row);
      return receipt;
    });
    return { keys, receipts };
  });
}

/** Runs work on a connection of its own. */
export async function onConnection<Answer>(
  settings: DatabaseSettings,
  work: (client: pg.Client) => Promise<Answer>,
): Promise<Answer> {
  const { client } = await openClient(settings, { limits: NO_LIMITS });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
