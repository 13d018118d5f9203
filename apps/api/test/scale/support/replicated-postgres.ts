import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DatabaseSettings } from '../../../../../packages/adapters/src/postgres/connections/settings.js';
import { chooseRunner } from '../../../../../packages/adapters/src/postgres/embedded/choose-runner.js';
import { openCluster, SUPERUSER } from '../../../../../packages/adapters/src/postgres/embedded/data-folder.js';
import { giveTo } from '../../../../../packages/adapters/src/postgres/embedded/give-to.js';
import { leftovers, until } from '../../../../../packages/adapters/src/postgres/embedded/processes.js';
import type { Setup } from '../../../../../packages/adapters/src/postgres/embedded/runner.js';
import {
  type Server,
  serverEnvironment,
  startServer,
} from '../../../../../packages/adapters/src/postgres/embedded/server.js';
import { runSql } from '../../../../../packages/adapters/test/support/sql.js';
import { signalServer } from '../../faults/support/signal-server.js';
import { type Proxy as Intermediary, proxyTo } from '../../support/proxy.js';
import { DEBIAN_POSTGRES } from './debian-postgres.js';

const run = promisify(execFile);

const STANDBY = 'standby';

type Row = Record<string, unknown>;

interface Node {
  readonly server: Server;
  readonly data: string;
}

/**
 * A primary and a streaming replica of it, on which every commit waits: what was acknowledged is on both. Durability is
 * at PostgreSQL's own settings.
 */
export class ReplicatedPostgres {
  readonly #folder: string;
  readonly #setup: Setup;
  readonly #password: string;
  readonly #primary: Node;
  #standby: Node | undefined;
  #promoted = false;
  #replication: Intermediary | undefined;

  private constructor(folder: string, setup: Setup, password: string, primary: Node) {
    this.#folder = folder;
    this.#setup = setup;
    this.#password = password;
    this.#primary = primary;
  }

  static async start(): Promise<ReplicatedPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'polaris-failover-'));
    chmodSync(folder, 0o755);
    const setup = chooseRunner(DEBIAN_POSTGRES, folder, () => {});
    const { data, password } = await openCluster(setup.binaries, setup.runner, setup.dataFolder);
    const primary = { data, server: await startNode(setup, data) };
    const postgres = new ReplicatedPostgres(folder, setup, password, primary);
    try {
      await postgres.sqlIn('postgres', 'create database telemetry');
      await postgres.#addStandby();
    } catch (error) {
      await postgres.remove();
      throw error;
    }
    return postgres;
  }

  get primaryPort(): number {
    return this.#primary.server.port;
  }

  get standbyPort(): number {
    return this.#replica.server.port;
  }

  /** How the adapters reach the database on a port. */
  settings(port: number): DatabaseSettings {
    return { host: '127.0.0.1', port, user: SUPERUSER, password: this.#password, database: 'telemetry' };
  }

  /** The service's settings for whatever listens on a port. */
  env(port: number): Record<string, string> {
    return {
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: String(port),
      DATABASE_USER: SUPERUSER,
      DATABASE_PASSWORD: this.#password,
      DATABASE_NAME: 'telemetry',
    };
  }

  /** What the primary sends from now on does not arrive; after a promotion never. */
  stallReplication(): void {
    this.#replication?.freeze();
  }

  resumeReplication(): void {
    this.#replication?.thaw();
  }

  /** Every process of the primary ends at once, and with it every connection. */
  async killPrimary(): Promise<void> {
    signalNode(this.#primary, 'SIGKILL');
    await this.#primary.server.ended;
    await until(() => leftovers(this.#primary.data).length === 0, 10_000);
  }

  /** The primary says nothing any more, and no connection to it ends: a machine that is cut off, or stands still. */
  silencePrimary(): void {
    signalNode(this.#primary, 'SIGSTOP');
  }

  /** Makes the standby the primary, by what an operator would do. */
  async promote(): Promise<void> {
    // What the primary had sent and the standby not received is gone with the primary.
    this.#replication?.close();
    await this.#sql(this.standbyPort, 'postgres', 'select pg_promote(wait => true)');
    this.#promoted = true;
  }

  /** Runs statements on the primary, whichever that is now. @returns the rows of the last one */
  async sqlIn(database: string, ...statements: readonly string[]): Promise<Row[]> {
    return await this.#sql(this.#promoted ? this.standbyPort : this.primaryPort, database, ...statements);
  }

  async remove(): Promise<void> {
    this.#replication?.close();
    // No one needs the data any more.
    const nodes = [this.#primary, ...(this.#standby === undefined ? [] : [this.#standby])];
    for (const node of nodes) signalNode(node, 'SIGKILL');
    await Promise.all(nodes.map(({ server }) => server.ended));
    await until(() => nodes.every(({ data }) => leftovers(data).length === 0), 10_000);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #replica(): Node {
    if (this.#standby === undefined) throw new Error('there is no standby');
    return this.#standby;
  }

  async #addStandby(): Promise<void> {
    const { runner } = this.#setup;
    const base = join(this.#folder, STANDBY);
    mkdirSync(base);
    if (runner.owner !== undefined) giveTo(runner.owner, base);
    const data = join(base, 'data');
    const { proxy, port } = await proxyTo(this.primaryPort);
    this.#replication = proxy;
    await proxy.open();
    const from = `host=127.0.0.1 port=${port} user=${SUPERUSER} application_name=${STANDBY}`;
    const { file, args, options } = runner.wrap(join(DEBIAN_POSTGRES.root, 'bin', 'pg_basebackup'), [
      `--pgdata=${data}`,
      `--dbname=${from}`,
      '--write-recovery-conf',
      '--checkpoint=fast',
      '--no-sync',
    ]);
    const env = { ...serverEnvironment(), PGPASSWORD: this.#password };
    await run(file, args, { uid: options.uid, gid: options.gid, env });
    const server = await startNode(this.#setup, data);
    // Only now, because without a standby every commit would wait for one.
    await this.sqlIn(
      'postgres',
      `alter system set synchronous_standby_names = '${STANDBY}'`,
      'select pg_reload_conf()',
    );
    this.#standby = { data, server };
    for (const deadline = performance.now() + 20_000; !(await this.#isSynchronous()); await sleep(50)) {
      if (performance.now() > deadline) throw new Error('the standby does not follow');
    }
  }

  async #isSynchronous(): Promise<boolean> {
    const rows = await this.#sql(this.primaryPort, 'postgres', 'select sync_state from pg_stat_replication');
    return rows[0]?.['sync_state'] === 'sync';
  }

  async #sql(port: number, database: string, ...statements: readonly string[]): Promise<Row[]> {
    return await runSql({ ...this.settings(port), database }, ...statements);
  }
}

function startNode({ binaries, runner }: Setup, data: string): Promise<Server> {
  return startServer({ binaries, runner, data, log: `${data}.log` });
}

function signalNode({ server, data }: Node, signal: NodeJS.Signals): void {
  signalServer(server.pid, data, signal);
}
