import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chooseRunner } from '../../../../../packages/adapters/src/postgres/embedded/choose-runner.js';
import { freePort } from '../../../../../packages/adapters/src/postgres/embedded/free-port.js';
import { giveTo } from '../../../../../packages/adapters/src/postgres/embedded/give-to.js';
import { leftovers, readPostmaster, until } from '../../../../../packages/adapters/src/postgres/embedded/processes.js';
import type { Setup } from '../../../../../packages/adapters/src/postgres/embedded/runner.js';
import { runSql } from '../../../../../packages/adapters/test/support/sql.js';
import { signalServer } from '../../faults/support/signal-server.js';
import { DEBIAN_POSTGRES } from './debian-postgres.js';

const run = promisify(execFile);

/** What operators get; the cluster runs on these very files. */
const CONFIGURATION = fileURLToPath(new URL('../../../../../docs/failover', import.meta.url));

const SUPERUSER = { user: 'postgres', password: 'the-password-of-the-superuser' };
const SERVICE = { user: 'telemetry', password: 'the-password-of-the-service' };
const DATABASE = 'telemetry';

const START_SECONDS = 60;

type Row = Record<string, unknown>;

/** A machine of the cluster: an address of its own, where Patroni runs a PostgreSQL. */
interface Node {
  readonly name: string;
  readonly address: string;
  readonly folder: string;
  patroni: ChildProcess | undefined;
}

/** Three nodes under Debian's Patroni and etcd, and HAProxy in front, all on this machine. */
export class PatroniCluster {
  readonly #folder: string;
  readonly #runner: Setup['runner'];
  readonly #nodes: readonly Node[];
  readonly #ports: {
    readonly etcd: number;
    readonly peers: number;
    readonly postgres: number;
    readonly patroni: number;
  };
  readonly #proxyPort: number;
  readonly #others: ChildProcess[] = [];

  private constructor(folder: string, ports: readonly number[]) {
    const [etcd = 0, peers = 0, postgres = 0, patroni = 0, proxy = 0] = ports;
    this.#folder = folder;
    this.#runner = chooseRunner(DEBIAN_POSTGRES, folder, () => {}).runner;
    this.#ports = { etcd, peers, postgres, patroni };
    this.#proxyPort = proxy;
    this.#nodes = [1, 2, 3].map((number) => ({
      name: `node-${number}`,
      address: `127.0.0.1${number}`,
      folder: this.#newFolder(`node-${number}`),
      patroni: undefined,
    }));
  }

  /** Starts it, with a database and a role for the service, and waits until every node follows. */
  static async start(): Promise<PatroniCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'polaris-patroni-'));
    chmodSync(folder, 0o755);
    cpSync(CONFIGURATION, folder, { recursive: true });
    const cluster = new PatroniCluster(folder, await Promise.all(Array.from({ length: 5 }, freePort)));
    try {
      await cluster.#start();
    } catch (error) {
      const logs = [...cluster.#nodes.map(({ name }) => name), 'etcd', 'haproxy'].map((name) => cluster.#logOf(name));
      await cluster.remove();
      throw new Error(`the cluster did not start:\n${logs.join('\n')}`, { cause: error });
    }
    return cluster;
  }

  /** The service's settings, by way of HAProxy. */
  envThroughProxy(): Record<string, string> {
    return this.#env('127.0.0.1', this.#proxyPort);
  }

  /** The service's settings, with every node's address. */
  envWithEveryHost(): Record<string, string> {
    return this.#env(this.#nodes.map(({ address }) => address).join(), this.#ports.postgres);
  }

  /** Returns the name of the primary; undefined if there is none at the moment. */
  async leader(): Promise<string | undefined> {
    return await this.#firstThatIs('primary');
  }

  /** Returns the name of the node on which every commit waits. */
  async synchronousStandby(): Promise<string> {
    return await this.#waitFor('a synchronous standby', () => this.#firstThatIs('synchronous'));
  }

  /** Waits until another than this one is the primary. @returns its name, and when that was */
  async promoted(insteadOf: string): Promise<{ readonly name: string; readonly at: number }> {
    const name = await this.#waitFor('another primary', async () => {
      const leader = await this.leader();
      return leader === insteadOf ? undefined : leader;
    });
    return { name, at: performance.now() };
  }

  /** Hands the primary's place over, as an operator does before maintenance. */
  async switchOver(leader: string, candidate: string): Promise<void> {
    await this.#patronictl('switchover', '--leader', leader, '--candidate', candidate, '--force');
  }

  /** Every process of a node ends at once: a machine that loses its power. */
  kill(name: string): void {
    const node = this.#nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(`there is no ${name}`);
    // Patroni first: it would start its PostgreSQL again.
    node.patroni?.kill('SIGKILL');
    const data = join(node.folder, 'data');
    const postmaster = readPostmaster(data);
    if (postmaster !== undefined) signalServer(postmaster.pid, data, 'SIGKILL');
  }

  /** Starts Patroni on a node that was killed, and waits until its PostgreSQL follows the primary. */
  async bringBack(name: string): Promise<void> {
    const node = this.#nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(`there is no ${name}`);
    this.#startNode(node);
    await this.#waitFor(`${name} as a replica`, async () => (await this.#is(node, 'replica')) || undefined);
  }

  /** Runs statements as superuser on the primary. @returns the rows of the last one */
  async sqlIn(database: string, ...statements: readonly string[]): Promise<Row[]> {
    const settings = { host: '127.0.0.1', port: this.#proxyPort, ...SUPERUSER, database, sslMode: 'disable' } as const;
    return await runSql(settings, ...statements);
  }

  async remove(): Promise<void> {
    for (const { name } of this.#nodes) this.kill(name);
    const children = [...this.#others, ...this.#nodes.flatMap(({ patroni }) => patroni ?? [])];
    for (const child of this.#others) child.kill('SIGKILL');
    await Promise.all(children.filter(isRunning).map((child) => once(child, 'exit')));
    await until(() => this.#nodes.every(({ folder }) => leftovers(join(folder, 'data')).length === 0), 10_000);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const { etcd, peers, postgres, patroni } = this.#ports;
    const clients = `http://127.0.0.1:${etcd}`;
    const peer = `http://127.0.0.1:${peers}`;
    this.#startOther('etcd', 'etcd', [
      `--data-dir=${this.#newFolder('etcd')}`,
      `--listen-client-urls=${clients}`,
      `--advertise-client-urls=${clients}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
    ]);
    const addresses = Object.fromEntries(this.#nodes.map(({ address }, index) => [`NODE_${index + 1}`, address]));
    this.#startOther('haproxy', '/usr/sbin/haproxy', ['-db', '-f', join(this.#folder, 'haproxy.cfg')], {
      ...addresses,
      LISTEN: `127.0.0.1:${this.#proxyPort}`,
      POSTGRES_PORT: String(postgres),
      PATRONI_PORT: String(patroni),
    });
    const [first, ...others] = this.#nodes;
    if (first === undefined) return;
    this.#startNode(first);
    await this.#waitFor('a primary', () => this.leader());
    for (const node of others) this.#startNode(node);
    await this.#waitFor('the database', () => this.#createDatabase());
    await this.#waitFor('replicas that follow', async () => {
      const follow = await Promise.all(others.map((node) => this.#is(node, 'replica')));
      return follow.every(Boolean) || undefined;
    });
    await this.synchronousStandby();
  }

  async #createDatabase(): Promise<true | undefined> {
    try {
      await this.sqlIn(
        'postgres',
        `create role ${SERVICE.user} login password '${SERVICE.password}'`,
        `create database ${DATABASE} owner ${SERVICE.user}`,
      );
      return true;
    } catch (error) {
      // HAProxy looks once a second.
      if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') return undefined;
      if (error instanceof Error && /terminated|closed|ECONN/.test(error.message)) return undefined;
      throw error;
    }
  }

  #startNode(node: Node): void {
    const log = openSync(join(this.#folder, `${node.name}.log`), 'a');
    node.patroni = this.#spawn('patroni', [join(this.#folder, 'patroni.yml')], this.#environmentOf(node), log);
    closeSync(log);
  }

  #environmentOf({ name, address, folder }: Node): Record<string, string> {
    const api = `${address}:${this.#ports.patroni}`;
    const postgres = `${address}:${this.#ports.postgres}`;
    return {
      HOME: folder,
      LANG: 'C.UTF-8',
      PATRONI_NAME: name,
      PATRONI_ETCD3_HOSTS: `'127.0.0.1:${this.#ports.etcd}'`,
      PATRONI_RESTAPI_LISTEN: api,
      PATRONI_RESTAPI_CONNECT_ADDRESS: api,
      PATRONI_POSTGRESQL_LISTEN: postgres,
      PATRONI_POSTGRESQL_CONNECT_ADDRESS: postgres,
      PATRONI_POSTGRESQL_DATA_DIR: join(folder, 'data'),
      PATRONI_POSTGRESQL_BIN_DIR: join(DEBIAN_POSTGRES.root, 'bin'),
      PATRONI_POSTGRESQL_PGPASS: join(folder, 'pgpass'),
      PATRONI_SUPERUSER_USERNAME: SUPERUSER.user,
      PATRONI_SUPERUSER_PASSWORD: SUPERUSER.password,
      PATRONI_REPLICATION_USERNAME: 'replicator',
      PATRONI_REPLICATION_PASSWORD: 'the-password-of-the-replicas',
    };
  }

  async #patronictl(...args: readonly string[]): Promise<void> {
    const [first] = this.#nodes;
    if (first === undefined) return;
    const env = { PATH: process.env['PATH'], ...this.#environmentOf(first) };
    await run('patronictl', ['-c', join(this.#folder, 'patroni.yml'), ...args], { env });
  }

  async #firstThatIs(role: string): Promise<string | undefined> {
    const answers = await Promise.all(this.#nodes.map((node) => this.#is(node, role)));
    return this.#nodes[answers.indexOf(true)]?.name;
  }

  /** Asks a node's Patroni, as HAProxy does. */
  async #is({ address }: Node, role: string): Promise<boolean> {
    try {
      const url = `http://${address}:${this.#ports.patroni}/${role}`;
      return (await fetch(url, { method: 'OPTIONS', signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  async #waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    for (const deadline = performance.now() + START_SECONDS * 1_000; performance.now() < deadline; await sleep(50)) {
      const found = await look();
      if (found !== undefined) return found;
    }
    throw new Error(`${what}: not within ${START_SECONDS} s`);
  }

  #startOther(name: string, program: string, args: readonly string[], env: Record<string, string> = {}): void {
    const log = openSync(join(this.#folder, `${name}.log`), 'a');
    this.#others.push(this.#spawn(program, args, env, log));
    closeSync(log);
  }

  #spawn(program: string, args: readonly string[], env: Record<string, string>, log: number): ChildProcess {
    const { file, args: wrapped, options } = this.#runner.wrap(program, args);
    return spawn(file, wrapped, {
      ...options,
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', log, log],
    });
  }

  #newFolder(name: string): string {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    if (this.#runner.owner !== undefined) giveTo(this.#runner.owner, folder);
    return folder;
  }

  #logOf(name: string): string {
    try {
      return `${name}:\n${readFileSync(join(this.#folder, `${name}.log`), 'utf8').slice(-2_000)}`;
    } catch {
      return `${name}: not started`;
    }
  }

  #env(host: string, port: number): Record<string, string> {
    return {
      DATABASE_HOST: host,
      DATABASE_PORT: String(port),
      DATABASE_USER: SERVICE.user,
      DATABASE_PASSWORD: SERVICE.password,
      DATABASE_NAME: DATABASE,
      PGSSLMODE: 'disable',
    };
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
