import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type pg from 'pg';
import { freePort } from '../../../packages/adapters/src/postgres/embedded/free-port.ts';
import type { Cleanup } from './cleanup.ts';
import type { DatabaseEnvironment, Server } from './postgres.ts';
import { PLAIN_TABLES } from './schema.ts';
import type { Issuer } from './tokens.ts';

export const CONTESTANTS = ['ours', 'floor', 'fastify', 'bun'] as const;
export type ContestantName = (typeof CONTESTANTS)[number];

const ENTRIES: Readonly<Record<ContestantName, string>> = {
  ours: '../../../apps/api/dist/bundle/main.js',
  floor: '../contestants/floor.ts',
  fastify: '../contestants/fastify.ts',
  bun: '../contestants/bun.ts',
};

/** What runs a contestant that Node does not run, and how to get it. */
const RUNTIMES: Readonly<Partial<Record<ContestantName, { readonly program: string; readonly from: string }>>> = {
  bun: { program: 'bun', from: 'npm install --global bun' },
};

/** Returns those that can run here; says of the others what they lack. */
export function installed(names: readonly ContestantName[], say: (line: string) => void): ContestantName[] {
  return names.filter((name) => {
    const runtime = RUNTIMES[name];
    if (runtime === undefined || spawnSync(runtime.program, ['--version']).status === 0) return true;
    say(`${name} is left out: there is no ${runtime.program} (${runtime.from}).`);
    return false;
  });
}

/** One server process and the database that it has for itself. */
export interface Contestant {
  readonly name: ContestantName;
  readonly pid: number;
  readonly port: number;
  readonly database: DatabaseEnvironment;
  readonly pool: pg.Pool;
  readonly logFile: string;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMilliseconds: number;
  /** Fails when the process has ended by itself, with the last lines that it wrote. */
  assertAlive(): void;
  /** Logs are written as in earnest, but need not fill the disk. */
  truncateLog(): void;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly name: ContestantName;
  readonly server: Server;
  readonly database: DatabaseEnvironment;
  readonly issuer: Issuer;
  readonly folder: string;
  readonly cleanup: Cleanup;
  /** On top of the defaults. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts one contestant on its own new database, with its tables created. */
export async function startOnNewDatabase(options: Omit<StartOptions, 'database'>): Promise<Contestant> {
  const database = await options.server.createDatabase(`bench_${options.name}`);
  if (options.name === 'ours') await migrate(database, options.issuer);
  else await options.server.connect(database).query(PLAIN_TABLES);
  return startContestant({ ...options, database });
}

/** Makes the service's tables with all their indexes, which it would otherwise build while it already serves. */
export async function migrate(database: DatabaseEnvironment, issuer: Issuer): Promise<void> {
  await promisify(execFile)(process.execPath, [entryOf('ours'), 'migrate'], { env: environmentOf(database, issuer) });
}

function entryOf(name: ContestantName): string {
  const entry = fileURLToPath(new URL(ENTRIES[name], import.meta.url));
  if (!existsSync(entry)) throw new Error(`${entry} is missing: build the service first (npm run build)`);
  return entry;
}

/** The service at its defaults: production, INFO, metrics on. Nothing of this shell's settings gets through to it. */
function environmentOf(database: DatabaseEnvironment, issuer: Issuer): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    TZ: 'UTC',
    NODE_ENV: 'production',
    ...database,
    LISTEN_ADDRESS: '127.0.0.1',
    // The figures are those of one process.
    WORKERS: '1',
    HS_KEY: issuer.key,
    PROXY_URL: issuer.proxyUrl,
  };
}

export async function startContestant(options: StartOptions): Promise<Contestant> {
  const { name, issuer, folder, cleanup } = options;
  const entry = entryOf(name);
  const pool = options.server.connect(options.database);
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, `${options.database.DATABASE_NAME}.log`);
  const log = openSync(logFile, 'a');
  const startedAt = performance.now();
  const child = spawn(RUNTIMES[name]?.program ?? process.execPath, [entry], {
    env: { ...environmentOf(options.database, issuer), ...options.env, PORT: `${port}` },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  cleanup.add(() => stopProcess(child));
  const assertAlive = (): void => {
    if (child.exitCode === null && child.signalCode === null) return;
    const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
    throw new Error(`${name} has ended (${child.exitCode ?? child.signalCode}):\n${lines}`);
  };
  while (!(await answers(port))) {
    assertAlive();
    if (performance.now() - startedAt > 30_000) throw new Error(`${name} gave no answer within 30 s`);
    await sleep(5);
  }
  return {
    name,
    pid,
    port,
    database: options.database,
    pool,
    logFile,
    startMilliseconds: performance.now() - startedAt,
    assertAlive,
    truncateLog: () => truncateSync(logFile),
    stop: () => stopProcess(child),
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/running`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // SIGINT: the service waits for balancers on SIGTERM.
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
  await ended;
  clearTimeout(timer);
}
