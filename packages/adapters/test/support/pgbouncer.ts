import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/postgres/embedded/server.js';
import type { DatabaseSettings } from '../../src/postgres/settings.js';

const PGBOUNCER = '/usr/sbin/pgbouncer';
const NOBODY = 65_534;

/** A PgBouncer in front of a server. */
export interface PgBouncer {
  /** The server's, through PgBouncer. */
  readonly settings: DatabaseSettings;
  stop(): Promise<void>;
}

/**
 * Starts Debian's PgBouncer (1.18) in transaction mode, as its package configures it otherwise: it refuses startup
 * parameters that it does not know, and cannot do named prepared statements.
 */
export async function startPgBouncer(server: DatabaseSettings): Promise<PgBouncer> {
  if (!existsSync(PGBOUNCER)) throw new Error(`${PGBOUNCER} is missing: install Debian's pgbouncer`);
  const folder = mkdtempSync(join(tmpdir(), 'polaris-test-pgbouncer-'));
  const port = await freePort();
  const users = join(folder, 'users.txt');
  writeFileSync(users, `"${server.user}" "${server.password}"\n`);
  const configuration = join(folder, 'pgbouncer.ini');
  const log = join(folder, 'pgbouncer.log');
  writeFileSync(
    configuration,
    `[databases]
* = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 5
max_client_conn = 500
logfile = ${log}
`,
  );
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    chmodSync(folder, 0o700);
    for (const path of [folder, users, configuration]) chownSync(path, NOBODY, NOBODY);
  }
  // It refuses to run as root.
  const child = spawn(PGBOUNCER, [configuration], { stdio: 'ignore', ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) });
  const exit = once(child, 'exit');
  const up = () => existsSync(log) && readFileSync(log, 'utf8').includes('process up');
  for (const deadline = performance.now() + 10_000; !up(); ) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`PgBouncer did not start: see ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    settings: { ...server, port },
    async stop() {
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exit;
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
