import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = '/usr/sbin/pgbouncer';
/** It refuses to run as root. */
const NOBODY = 65_534;

export interface PgBouncerOptions {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  readonly server: {
    readonly host: string;
    readonly port: number | string;
    readonly user: string;
    readonly password: string;
  };
  /** More lines of its configuration. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/**
 * Starts Debian's PgBouncer (1.18) in transaction mode, as its package configures it otherwise: it refuses startup
 * parameters that it does not know, and cannot do named prepared statements.
 *
 * Imports nothing of the project, because the benches load it as it stands, without a build.
 */
export async function startPgBouncerProcess({ port, server, settings = {} }: PgBouncerOptions) {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing (Debian: apt-get install pgbouncer)`);
  const folder = mkdtempSync(join(tmpdir(), 'polaris-pgbouncer-'));
  const users = join(folder, 'users.txt');
  writeFileSync(users, `"${server.user}" "${server.password}"\n`);
  const configuration = join(folder, 'pgbouncer.ini');
  const log = join(folder, 'pgbouncer.log');
  const lines = Object.entries({
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: users,
    pool_mode: 'transaction',
    logfile: log,
    ...settings,
  }).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(
    configuration,
    `[databases]\n* = host=${server.host} port=${server.port}\n[pgbouncer]\n${lines.join('')}`,
  );
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in owner) {
    chmodSync(folder, 0o700);
    for (const path of [folder, users, configuration]) chownSync(path, NOBODY, NOBODY);
  }
  const child = spawn(PROGRAM, [configuration], { stdio: 'ignore', ...owner });
  const { pid } = child;
  const exit = once(child, 'exit');
  const up = () => existsSync(log) && readFileSync(log, 'utf8').includes('process up');
  if (pid === undefined) throw new Error(`${PROGRAM} cannot be run`);
  for (const deadline = performance.now() + 10_000; !up(); ) {
    if (child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`PgBouncer did not start: see ${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    pid,
    async stop(): Promise<void> {
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exit;
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
