import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openClient } from '../connections/open-client.js';
import { NO_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { MigrationError } from './error.js';
import type { MigrationOptions } from './progress.js';

/** The lock a migrating process holds while it works on a part of the schema; all versions agree on the numbers. */
const LOCKS = { schema: 7_201_486_001, indexes: 7_201_486_002, triggers: 7_201_486_003 } as const;

/**
 * Runs work on its own direct connection.
 *
 * @throws MigrationError if the connection goes through a pooler
 */
export async function withSession<T>(
  settings: DatabaseSettings,
  options: MigrationOptions,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  options.signal?.throwIfAborted();
  const { client, pooled } = await openClient(settings, { limits: NO_LIMITS });
  const abort = () => client.connection.stream.destroy();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    // Aborted while the connection opened.
    options.signal?.throwIfAborted();
    // Behind a pooler in transaction mode each statement, and with it a session's lock, may land in another session.
    if (pooled) {
      throw new MigrationError(
        `${settings.host}:${settings.port} is a connection pooler, and migrations need the server itself: name it by DATABASE_MIGRATION_HOST and DATABASE_MIGRATION_PORT`,
      );
    }
    return await work(client);
  } catch (error) {
    throw options.signal?.aborted === true ? options.signal.reason : error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
    await client.end();
  }
}

/**
 * Waits for the lock and runs work while this session holds it. The lock belongs to the working session: if the process
 * is killed, the server finishes the current statement, and no other process starts before that.
 *
 * It polls instead of waiting in the server: a waiting statement holds a snapshot, and `create index concurrently` waits
 * for the end of every older snapshot, so the two would deadlock.
 */
export async function whileLocked<T>(
  client: pg.Client,
  lock: keyof typeof LOCKS,
  options: MigrationOptions,
  work: () => Promise<T>,
): Promise<T> {
  let reported = false;
  while (!(await tryLock(client, LOCKS[lock]))) {
    if (!reported) options.onProgress?.({ kind: 'waiting', for: lock });
    reported = true;
    await sleep(200, undefined, { signal: options.signal });
  }
  try {
    return await work();
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCKS[lock]]).catch(() => {});
  }
}

async function tryLock(client: pg.Client, key: number): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [key]);
  return rows[0]?.taken === true;
}

/** Whether any session, this one included, holds the lock. */
export async function isLocked(client: pg.Client, lock: keyof typeof LOCKS): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from pg_locks where locktype = 'advisory' and granted and objsubid = 1
       and database = (select oid from pg_database where datname = current_database())
       and (classid::bigint << 32 | objid::bigint) = $1`,
    [LOCKS[lock]],
  );
  return rowCount !== 0;
}
