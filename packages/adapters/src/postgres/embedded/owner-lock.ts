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

/** Holds the lock until `release`, or until this process ends; takes it again when its connection is lost. */
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

/** How soon an owner that has lost its lock tries to get it back, again and again, in milliseconds. */
const RENEWAL = 50;
/** For how long whoever finds the lock free looks for an owner that is about to take it again. */
const DOUBT = 500;

/**
 * Takes the lock, waiting for a server that is still starting or already stopping.
 *
 * @returns undefined when another living process holds it
 * @throws when the server does not answer within the time
 */
export async function takeOwnerLock(settings: DatabaseSettings, milliseconds: number): Promise<OwnerLock | undefined> {
  const client = await openNamed(settings, nameOf(), milliseconds);
  if (await tryLock(client)) return keep(settings, client);
  await client.end();
  return undefined;
}

/**
 * Whether the server has no living owner. An owner whose connection was lost is alive all the same: it comes back at once,
 * which is what this waits for.
 *
 * @throws when the server does not answer within the time
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
        // The server ends as well, or takes no connection yet.
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

/** Who holds the lock; undefined when nobody does. What is asked is the connection itself, so no dead process is found. */
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

/** The name of the owner's connection: it says to others which process that is, and which port it serves on. */
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
