import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openClient } from '../connections/open-client.js';
import { NO_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { codeOf } from './error.js';

/**
 * The embedded server has one owner, the service that started it. The owner holds a session-level advisory lock in the
 * server's `postgres` database as long as it lives: no kill -9 can leave that lock behind, as it could a file.
 */
const LOCK = 4_907_183_650;

/** Holds the lock until `release`, or until this process ends. */
export interface OwnerLock {
  release(): Promise<void>;
  readonly client: pg.Client;
}

/**
 * Takes the lock, waiting for a server that is still starting or already stopping.
 *
 * @returns undefined when another living process holds it
 * @throws when the server does not answer within the time
 */
export async function takeOwnerLock(settings: DatabaseSettings, milliseconds: number): Promise<OwnerLock | undefined> {
  const client = await openWhenReady({ ...settings, database: 'postgres' }, performance.now() + milliseconds);
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK]);
  if (rows[0]?.taken === true) return { client, release: () => client.end() };
  await client.end();
  return undefined;
}

const NOT_YET = new Set(['57P03', 'ECONNREFUSED', 'ECONNRESET']);

async function openWhenReady(settings: DatabaseSettings, deadline: number): Promise<pg.Client> {
  for (;;) {
    try {
      return (await openClient(settings, { limits: NO_LIMITS })).client;
    } catch (error) {
      if (!NOT_YET.has(codeOf(error) ?? '') || performance.now() >= deadline) throw error;
      await sleep(50);
    }
  }
}
