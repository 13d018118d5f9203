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
  /** Lets others find out, by `findOwner`, which port this process serves on. */
  announce(port: number): Promise<void>;
  readonly client: pg.Client;
}

/** The living process that holds the lock. */
export interface Owner {
  readonly pid: number;
  /** The port it serves on; undefined before it does. */
  readonly port: number | undefined;
}

/**
 * Takes the lock, waiting for a server that is still starting or already stopping.
 *
 * @returns undefined when another living process holds it
 * @throws when the server does not answer within the time
 */
export async function takeOwnerLock(settings: DatabaseSettings, milliseconds: number): Promise<OwnerLock | undefined> {
  const client = await openWhenReady(
    { ...settings, database: 'postgres', applicationName: nameOf() },
    performance.now() + milliseconds,
  );
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK]);
  if (rows[0]?.taken === true) {
    const announce = async (port: number) => {
      await client.query(`select set_config('application_name', $1, false)`, [nameOf(port)]);
    };
    return { client, announce, release: () => client.end() };
  }
  await client.end();
  return undefined;
}

/** Who holds the lock; undefined when nobody does. What is asked is the connection itself, so no dead process is found. */
export async function findOwner(settings: DatabaseSettings): Promise<Owner | undefined> {
  const { client } = await openClient({ ...settings, database: 'postgres' }, { limits: NO_LIMITS });
  try {
    const { rows } = await client.query<{ name: string }>(
      `select application_name as name from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and granted and objsubid = 1 and (classid::bigint << 32 | objid::bigint) = $1`,
      [LOCK],
    );
    const [, pid, port] = /^polaris-telemetry (\d+)(?: (\d+))?$/.exec(rows[0]?.name ?? '') ?? [];
    return pid === undefined ? undefined : { pid: Number(pid), port: port === undefined ? undefined : Number(port) };
  } finally {
    await client.end();
  }
}

/** The name of the owner's connection: it says to others which process that is, and which port it serves on. */
function nameOf(port?: number): string {
  return ['polaris-telemetry', process.pid, port].filter((part) => part !== undefined).join(' ');
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
