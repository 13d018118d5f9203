import { execFileSync, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError, fatalLine, reasonOf } from './error.js';
import { freePort } from './free-port.js';
import { isAlive, readPostmaster, until, worksIn } from './processes.js';
import type { Runner } from './runner.js';

export interface ServerOptions {
  readonly binaries: Binaries;
  readonly runner: Runner;
  /** The data folder, complete. */
  readonly data: string;
  /** The server's output is appended here. */
  readonly log: string;
  /** Server parameters beyond the fixed ones, for example `{ ssl: 'on' }`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** A running PostgreSQL server on the loopback interface. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  /** Settles once the server's process has ended, for any reason. */
  readonly ended: Promise<void>;
  /** Ends the sessions and the server; repeated calls wait for the same end. */
  stop(): Promise<void>;
}

/** The server's process ended before it was ready. */
export class ServerStartError extends EmbeddedPostgresError {
  /** What the server printed. */
  readonly output: string;

  constructor(output: string, log: string) {
    super(`The embedded PostgreSQL did not start: ${fatalLine(output)} (see ${log}).`);
    this.output = output;
  }
}

/** Replaying the write-ahead log after a crash may take this long. */
const START_TIMEOUT_MS = 120_000;

/**
 * Starts a server on a free loopback port and waits until it accepts connections. It has its own session, so a Ctrl-C in
 * the terminal reaches only the service, which finishes its requests before it stops the server.
 *
 * @throws ServerStartError with the server's own words
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const port = await freePort();
  const parameters = {
    listen_addresses: '127.0.0.1',
    // The path of a socket is limited to 107 bytes, which a long clone path exceeds.
    unix_socket_directories: '',
    log_checkpoints: 'off',
    // Statement errors and their details quote rows; the service's own log reports what is safe to report.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...options.parameters,
  };
  const args = ['-D', options.data, '-p', String(port)];
  for (const [name, value] of Object.entries(parameters)) args.push('-c', `${name}=${value}`);

  const log = openLog(options.log);
  const logStart = fstatSync(log).size;
  const command = options.runner.wrap(options.binaries.postgres, args);
  const child = spawn(command.file, command.args, {
    ...command.options,
    cwd: dirname(options.data),
    env: serverEnvironment(),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  // Any end of the service except SIGKILL takes the server along, ready or not.
  const takeAlong = () => {
    if (child.pid !== undefined) interrupt(child.pid, options.binaries);
  };
  process.once('exit', takeAlong);

  let failure: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      failure = error;
      resolve();
    });
  }).finally(() => process.removeListener('exit', takeAlong));
  const hasEnded = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  const isReady = () => {
    const postmaster = readPostmaster(options.data);
    return postmaster?.pid === child.pid && postmaster?.ready === true;
  };

  const started = await until(() => hasEnded() || isReady(), START_TIMEOUT_MS);
  if (hasEnded() || child.pid === undefined) {
    const output = readFileSync(options.log).subarray(logStart).toString('utf8');
    throw new ServerStartError(failure === undefined ? output : failure.message, options.log);
  }
  if (!started) {
    await stopProcess(child.pid, hasEnded, options.binaries);
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL was not ready within ${START_TIMEOUT_MS / 1000} s (see ${options.log}).`,
    );
  }
  const { pid } = child;
  let stopping: Promise<void> | undefined;
  return {
    pid,
    port,
    ended,
    stop() {
      stopping ??= stopProcess(pid, hasEnded, options.binaries);
      return stopping;
    },
  };
}

function openLog(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch (cause) {
    throw new EmbeddedPostgresError(`The server's log cannot be written (${reasonOf(cause)}): remove ${file}.`, {
      cause,
    });
  }
}

/** Shuts down a server that is not a child of this process. */
export function stopForeignServer(pid: number, data: string, binaries: Binaries): Promise<void> {
  return stopProcess(pid, () => !worksIn(pid, data), binaries);
}

/** First a fast shutdown, which ends sessions and writes a checkpoint; then an immediate one; then a kill. */
async function stopProcess(pid: number, hasEnded: () => boolean, binaries: Binaries): Promise<void> {
  if (hasEnded()) return;
  interrupt(pid, binaries);
  if (await until(hasEnded, 6_000)) return;
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    if (isAlive(pid)) process.kill(pid, signal);
    if (await until(hasEnded, 2_000)) return;
  }
}

function interrupt(pid: number, binaries: Binaries): void {
  try {
    if (process.platform === 'win32') {
      // Windows has no signals; PostgreSQL listens on its own pipe, and pg_ctl writes to it.
      execFileSync(join(binaries.root, 'bin', 'pg_ctl'), ['kill', 'INT', String(pid)]);
    } else process.kill(pid, 'SIGINT');
  } catch {
    // It has already ended.
  }
}

/** Without the caller's PG* variables and the service's secrets; with English messages. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { LC_ALL: 'C' };
  for (const name of ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
