import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openClient } from '../connections/open-client.js';
import { NO_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { codeOf } from './error.js';

/**
 * The embedded server has one owner, the service that started it. The owner holds a session-level advisory lock in the
 * server's `postgres` database for its lifetime. Unlike a lock file, it cannot survive a kill -9.
 */
const LOCK = 4_907_183_650;

/** Holds the lock until `release` or the end of this process; takes it again if its connection is lost. */
export interface OwnerLock {
  release(): Promise<void>;
  /** Publishes the port this process serves on, for `findOwner`. */
  announce(port: number): Promise<void>;
  readonly client: pg.Client;
}

/** The living process that holds the lock. */
export interface Owner {
  readonly pid: number;
  /** The port it serves on; undefined before it does. */
  readonly port: number | undefined;
}

/** The interval at which an owner that has lost its lock tries to get it back, in milliseconds. */
const RENEWAL = 50;
/** How long a process that finds the lock free waits for an owner that is about to take it again. */
const DOUBT = 500;

/**
 * Takes the lock, waiting for a server that is still starting or already stopping.
 *
 * @returns undefined if another living process holds it
 * @throws if the server does not answer in time
 */
export async function takeOwnerLock(settings: DatabaseSettings, milliseconds: number): Promise<OwnerLock | undefined> {
  const client = await openNamed(settings, nameOf(), milliseconds);
  if (await tryLock(client)) return keep(settings, client);
  await client.end();
  return undefined;
}

/**
 * Whether the server has no living owner. An owner that has lost its connection is still alive and comes back at once,
 * so this waits for it.
 *
 * @throws if the server does not answer in time
 */
export async function isAbandoned(settings: DatabaseSettings, milliseconds: number): Promise<boolean> {
  const client = await openNamed(settings, 'polaris-telemetry', milliseconds);
  try {
    if (!(await tryLock(client))) return false;
    for (const end = performance.now() + DOUBT; performance.now() < end; await sleep(RENEWAL)) {
      const { rowCount } = await client.query('select from pg_stat_activity where application_name ~ $1', [
        OWNER.source,
      ]);
      if (rowCount !== 0) return false;
    }
    return true;
  } finally {
    await client.end();
  }
}

function keep(settings: DatabaseSettings, first: pg.Client): OwnerLock {
  let client = first;
  let name = nameOf();
  let released = false;

  function watch(): void {
    client.once('end', () => void renew());
  }

  async function renew(): Promise<void> {
    while (!released) {
      try {
        client = await openNamed(settings, name, 0);
        while (!released && !(await tryLock(client))) await sleep(RENEWAL);
        if (released) await client.end();
        else watch();
        return;
      } catch {
        // The server is stopping as well, or accepts no connections yet.
        await sleep(RENEWAL, undefined, { ref: false });
      }
    }
  }

  watch();
  return {
    get client() {
      return client;
    },
    async announce(port) {
      name = nameOf(port);
      await client.query(`select set_config('application_name', $1, false)`, [name]);
    },
    async release() {
      released = true;
      await client.end();
    },
  };
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK]);
  return rows[0]?.taken === true;
}

/** Returns who holds the lock, undefined if no one does. It asks for a live connection: never a dead process. */
export async function findOwner(settings: DatabaseSettings): Promise<Owner | undefined> {
  const { client } = await openClient({ ...settings, database: 'postgres' }, { limits: NO_LIMITS });
  try {
    const { rows } = await client.query<{ name: string }>(
      `select application_name as name from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and granted and objsubid = 1 and (classid::bigint << 32 | objid::bigint) = $1`,
      [LOCK],
    );
    const [, pid, port] = OWNER.exec(rows[0]?.name ?? '') ?? [];
    return pid === undefined ? undefined : { pid: Number(pid), port: port === undefined ? undefined : Number(port) };
  } finally {
    await client.end();
  }
}

/** The name of the owner's connection: it carries the owner's process id and port. */
function nameOf(port?: number): string {
  return ['polaris-telemetry', process.pid, port].filter((part) => part !== undefined).join(' ');
}

/** The names of owners' connections. */
const OWNER = /^polaris-telemetry (\d+)(?: (\d+))?$/;

const NOT_YET = new Set(['57P03', 'ECONNREFUSED', 'ECONNRESET']);

async function openNamed(
  settings: DatabaseSettings,
  applicationName: string,
  milliseconds: number,
): Promise<pg.Client> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    try {
      return (await openClient({ ...settings, database: 'postgres', applicationName }, { limits: NO_LIMITS })).client;
    } catch (error) {
      if (!NOT_YET.has(codeOf(error) ?? '') || performance.now() >= deadline) throw error;
      await sleep(50);
    }
  }
}
