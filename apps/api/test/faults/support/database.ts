import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenClient } from '../../../../../packages/adapters/src/postgres/connections/open-client.js';
import { findBinaries } from '../../../../../packages/adapters/src/postgres/embedded/binaries.js';
import { chooseRunner } from '../../../../../packages/adapters/src/postgres/embedded/choose-runner.js';
import {
  type Cluster,
  openCluster,
  SUPERUSER,
} from '../../../../../packages/adapters/src/postgres/embedded/data-folder.js';
import { freePort } from '../../../../../packages/adapters/src/postgres/embedded/free-port.js';
import { giveTo } from '../../../../../packages/adapters/src/postgres/embedded/give-to.js';
import { leftovers, until } from '../../../../../packages/adapters/src/postgres/embedded/processes.js';
import type { Setup } from '../../../../../packages/adapters/src/postgres/embedded/runner.js';
import { type Server, startServer } from '../../../../../packages/adapters/src/postgres/embedded/server.js';
import { openSession, runSql } from '../../../../../packages/adapters/test/support/sql.js';
import { signalServer } from './signal-server.js';

export type Row = Record<string, unknown>;

const ROLE = 'telemetry_service';
const PASSWORD = 'the-password-of-the-service';

/** The settings of durability are PostgreSQL's own: what is acknowledged must outlive a kill. */
const PARAMETERS = { restart_after_crash: 'on', wal_level: 'replica' };

/** A PostgreSQL of the test's own on a port that stays the same, which can be killed, frozen and started again. */
export class Database {
  readonly port: number;
  readonly #folder: string;
  readonly #setup: Setup;
  readonly #cluster: Cluster;
  readonly #begin: () => Promise<Server>;
  #server: Server;

  private constructor(
    port: number,
    folder: string,
    setup: Setup,
    cluster: Cluster,
    begin: () => Promise<Server>,
    server: Server,
  ) {
    this.port = port;
    this.#folder = folder;
    this.#setup = setup;
    this.#cluster = cluster;
    this.#begin = begin;
    this.#server = server;
  }

  /**
   * Starts one with a role for the service, which owns the database `telemetry` and is no superuser.
   *
   * @param connections so few by default that a test can use them up
   */
  static async start(connections = 40): Promise<Database> {
    const folder = mkdtempSync(join(tmpdir(), 'polaris-faults-'));
    chmodSync(folder, 0o755);
    const setup = chooseRunner(await findBinaries(), folder, () => {});
    const cluster = await openCluster(setup.binaries, setup.runner, setup.dataFolder);
    const port = await freePort();
    const begin = () => startOn(port, folder, setup, cluster, connections);
    const database = new Database(port, folder, setup, cluster, begin, await begin());
    await database.sql(`create role ${ROLE} login password '${PASSWORD}'`);
    await database.create('telemetry');
    return database;
  }

  /** Makes an empty database that the service's role owns. */
  async create(name: string, more = ''): Promise<void> {
    await this.sqlIn('postgres', `create database ${name} owner ${ROLE} ${more}`);
  }

  /** The service's settings for it. */
  env(name = 'telemetry', port = this.port): Record<string, string> {
    return {
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: String(port),
      DATABASE_USER: ROLE,
      DATABASE_PASSWORD: PASSWORD,
      DATABASE_NAME: name,
      PGSSLMODE: 'disable',
    };
  }

  get role(): string {
    return ROLE;
  }

  get password(): string {
    return PASSWORD;
  }

  /** A superuser's connection; the caller ends it. */
  async session(database = 'telemetry'): Promise<OpenClient['client']> {
    return await openSession(this.#settings(database, SUPERUSER, this.#cluster.password));
  }

  /** A connection of the service's role; the caller ends it. */
  async ordinarySession(): Promise<OpenClient['client']> {
    return await openSession(this.#settings('telemetry', ROLE, PASSWORD));
  }

  /** Runs statements as superuser. @returns the rows of the last one */
  sql(...statements: readonly string[]): Promise<Row[]> {
    return this.sqlIn('postgres', ...statements);
  }

  async sqlIn(database: string, ...statements: readonly string[]): Promise<Row[]> {
    return await runSql(this.#settings(database, SUPERUSER, this.#cluster.password), ...statements);
  }

  /** Ends the service's connections; it may open new ones. */
  async disconnect(): Promise<void> {
    await this.sql(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '${ROLE}'`);
  }

  /** Kills every process of it at once, as a machine that loses its power would. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#server.ended;
    await until(() => leftovers(this.#cluster.data).length === 0, 10_000);
  }

  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** Starts it again on the same data. @param standby as a standby that waits for a primary */
  async restart({ standby = false } = {}): Promise<void> {
    await this.#server.stop();
    if (standby) {
      const signal = join(this.#cluster.data, 'standby.signal');
      writeFileSync(signal, '');
      if (this.#setup.runner.owner !== undefined) giveTo(this.#setup.runner.owner, this.#cluster.data);
    }
    this.#server = await this.#begin();
  }

  /** Hands a folder to the user that the server runs as. */
  own(folder: string): void {
    if (this.#setup.runner.owner !== undefined) giveTo(this.#setup.runner.owner, folder);
  }

  async remove(): Promise<void> {
    this.thaw();
    await this.#server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #settings(database: string, user: string, password: string) {
    return { host: '127.0.0.1', port: this.port, user, password, database, sslMode: 'disable' } as const;
  }

  #signal(signal: NodeJS.Signals): void {
    signalServer(this.#server.pid, this.#cluster.data, signal);
  }
}

function startOn(
  port: number,
  folder: string,
  { binaries, runner }: Setup,
  { data }: Cluster,
  connections: number,
): Promise<Server> {
  const parameters = { ...PARAMETERS, max_connections: String(connections), port: String(port) };
  return startServer({ binaries, runner, data, log: join(folder, 'postgres.log'), parameters });
}
