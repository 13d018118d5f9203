import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type pg from 'pg';
import { freePort } from '../../../packages/adapters/src/postgres/embedded/free-port.ts';
import type { DatabaseEnvironment, Server } from './postgres.ts';
import { bun, byNode, go, type Runtime, rust } from './runtimes.ts';
import { PLAIN_TABLES } from './schema.ts';
import { ISSUER } from './tokens.ts';

/** Each is one process, so that their figures compare. */
export const RIVALS = ['ours', 'floor', 'fastify', 'bun', 'go', 'rust'] as const;
export const CONTESTANTS = [...RIVALS, 'all-cores'] as const;
export type ContestantName = (typeof CONTESTANTS)[number];

const SERVICE = '../../../apps/api/dist/bundle/main.js';
/** How many processes each contestant that is this service consists of. */
const WORKERS: Readonly<Partial<Record<ContestantName, number>>> = { ours: 1, 'all-cores': availableParallelism() };

const RUNTIMES: Readonly<Record<ContestantName, Runtime>> = {
  ours: byNode(SERVICE),
  floor: byNode('../contestants/floor.ts'),
  fastify: byNode('../contestants/fastify.ts'),
  bun,
  go,
  rust,
  'all-cores': byNode(SERVICE),
};

/** Those that come with `npm install`: a lack of them is a fault. */
const ALWAYS: readonly ContestantName[] = ['ours', 'floor', 'fastify', 'all-cores'];

/** Returns those that can run here; says of the others what they lack. */
export function installed(names: readonly ContestantName[], say: (line: string) => void): ContestantName[] {
  return names.filter((name) => {
    const missing = RUNTIMES[name].missing();
    if (missing === undefined || ALWAYS.includes(name)) return true;
    say(`${name} is NOT RUN: ${missing}.`);
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
  /** Throws if the process has ended on its own, with its last lines. */
  assertAlive(): void;
  /** Empties the log: it is written as in production, but need not fill the disk. */
  truncateLog(): void;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly name: ContestantName;
  readonly database: DatabaseEnvironment;
  /** On top of the defaults. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts one contestant on its own new database, with its tables created. */
export async function startOnNewDatabase(server: Server, options: Omit<StartOptions, 'database'>): Promise<Contestant> {
  const name = `bench_${options.name.replaceAll('-', '_')}`;
  // A run that was cut off has left it.
  if ((await server.findDatabase(name)) !== undefined) await server.dropDatabase(name);
  const database = await server.createDatabase(name);
  if (options.name in WORKERS) await migrate(database);
  else await server.connect(database).query(PLAIN_TABLES);
  return startContestant(server, { ...options, database });
}

/** Makes the service's tables with all their indexes, which it would otherwise build while it already serves. */
export async function migrate(database: DatabaseEnvironment): Promise<void> {
  const [program, ...args] = commandOf('ours', '');
  await promisify(execFile)(program, [...args, 'migrate'], { env: environmentOf(database) });
}

/** Starts this service on a database. */
export function startService(server: Server, database: DatabaseEnvironment): Promise<Contestant> {
  return startContestant(server, { name: 'ours', database });
}

function commandOf(name: ContestantName, folder: string): readonly [string, ...string[]] {
  const missing = RUNTIMES[name].missing();
  if (missing !== undefined) throw new Error(`${name} cannot run: ${missing}`);
  const [program = process.execPath, ...args] = RUNTIMES[name].command(join(folder, 'compiled', name));
  return [program, ...args];
}

/** The service at its defaults: production, INFO, metrics on. None of this shell's settings reach it. */
function environmentOf(database: DatabaseEnvironment): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    TZ: 'UTC',
    NODE_ENV: 'production',
    ...database,
    LISTEN_ADDRESS: '127.0.0.1',
    ...ISSUER,
  };
}

export async function startContestant(server: Server, { name, database, env }: StartOptions): Promise<Contestant> {
  const [program, ...args] = commandOf(name, server.folder);
  const pool = server.connect(database);
  const port = await freePort();
  const logFile = join(server.folder, `${database.DATABASE_NAME}.log`);
  const log = openSync(logFile, 'a');
  const startedAt = performance.now();
  const child = spawn(program, args, {
    env: { ...environmentOf(database), WORKERS: `${WORKERS[name] ?? 1}`, ...env, PORT: `${port}` },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  server.cleanup.add(() => stopProcess(child));
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
    database,
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
