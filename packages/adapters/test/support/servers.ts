import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { type Binaries, findBinaries } from '../../src/postgres/embedded/binaries.js';
import { chooseRunner } from '../../src/postgres/embedded/choose-runner.js';
import { openCluster, SUPERUSER } from '../../src/postgres/embedded/data-folder.js';
import { giveTo } from '../../src/postgres/embedded/give-to.js';
import { startServer } from '../../src/postgres/embedded/server.js';
import { provideCitus } from './citus/provide-citus.js';
import { givenServer } from './given-server.js';
import { startPgBouncer } from './pgbouncer.js';

/** The PostgreSQL servers that the tests can run on, by the names that DATABASES uses. */
const INSTALLATIONS: Readonly<Record<string, () => Promise<Binaries>>> = {
  embedded: findBinaries,
  postgres15: async () => debian('15'),
  /** The embedded server, reached through PgBouncer in transaction mode. */
  pgbouncer: findBinaries,
  /** The embedded server with a stand-in for Citus; its migrated databases are distributed. */
  distributed: findBinaries,
};

/** The server of TEST_DATABASE_URL, which the tests share with its owner. */
export const GIVEN = 'given';

/** The names in a list such as `embedded,postgres15`, checked. */
export function serverNames(list: string): readonly string[] {
  const names = list.split(',').map((name) => name.trim());
  const known = [...Object.keys(INSTALLATIONS), GIVEN];
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`DATABASES names ${name}; there are ${known.join(', ')}`);
  }
  return names;
}

/** A server to create databases on. */
export interface UsableServer {
  readonly name: string;
  /** Of a role that may create databases, and a database to create them from. */
  readonly settings: DatabaseSettings;
  /** The same without the pooler, if there is one: for migrations, and for what needs a session. */
  readonly direct: DatabaseSettings;
  stop(): Promise<void>;
}

/** A throwaway server, with the settings of its superuser; its data are gone after `stop`. */
export interface TestServer extends UsableServer {
  /** PostgreSQL's data folder, for tests that change what is in it. */
  readonly data: string;
  readonly pid: number;
}

/** Starts the server of that name, or takes the one of TEST_DATABASE_URL. */
export async function useServer(name: string): Promise<UsableServer> {
  if (name !== GIVEN) return await startTestServer(name);
  const settings = givenServer(process.env['TEST_DATABASE_URL']);
  return { name, settings, direct: settings, stop: async () => {} };
}

/**
 * Starts a server of its own.
 *
 * @param prepare changes the data folder before the start, and returns server parameters
 * @throws if that PostgreSQL is missing: a missing server is a failure, never a skipped test
 */
export async function startTestServer(
  name: string,
  prepare: (data: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<TestServer> {
  const installation = INSTALLATIONS[name];
  if (installation === undefined) throw new Error(`no PostgreSQL is called ${name}`);
  const base = mkdtempSync(join(tmpdir(), `polaris-test-${name}-`));
  try {
    const setup = chooseRunner(await installation(), base, () => {});
    const cluster = await openCluster(setup.binaries, setup.runner, setup.dataFolder);
    const parameters = { ...(name === 'distributed' && provideCitus(cluster.data)), ...prepare(cluster.data) };
    if (setup.runner.owner !== undefined) giveTo(setup.runner.owner, cluster.data);
    // Tests want speed; the survival of data is tested on a server as the service starts it.
    const fast = { fsync: 'off', synchronous_commit: 'off', max_connections: '200' };
    // Nor may autovacuum lock a table, or have new statistics for the planner, at a moment of its own.
    const calm = { autovacuum_naptime: '1d' };
    const server = await startServer({
      binaries: setup.binaries,
      runner: setup.runner,
      data: cluster.data,
      log: join(base, 'postgres.log'),
      parameters: { ...fast, ...calm, ...parameters },
    });
    const direct = {
      host: '127.0.0.1',
      port: server.port,
      user: SUPERUSER,
      password: cluster.password,
      database: 'postgres',
    };
    const pooler = name === 'pgbouncer' ? await startPgBouncer(direct) : undefined;
    return {
      name,
      pid: server.pid,
      data: cluster.data,
      settings: pooler?.settings ?? direct,
      direct,
      async stop() {
        await pooler?.stop();
        await server.stop();
        rmSync(base, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(base, { recursive: true, force: true });
    throw error;
  }
}

/** A random name that needs no quoting. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(6).toString('hex')}`;
}

function debian(version: string): Binaries {
  const root = `/usr/lib/postgresql/${version}`;
  const binaries = { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
  if (!existsSync(binaries.postgres)) {
    throw new Error(`${binaries.postgres} is missing: install Debian's postgresql-${version}`);
  }
  return binaries;
}
