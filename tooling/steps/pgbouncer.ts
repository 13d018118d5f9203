import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cleanup } from '../bench/src/cleanup.ts';
import type { DatabaseEnvironment } from '../bench/src/postgres.ts';

const PROGRAM = '/usr/sbin/pgbouncer';
/** It refuses to run as root. */
const NOBODY = 65_534;

/** Debian's PgBouncer in transaction mode before a database. */
export async function startPgBouncer(database: DatabaseEnvironment, cleanup: Cleanup) {
  const folder = mkdtempSync(join(tmpdir(), 'polaris-steps-'));
  const users = join(folder, 'users.txt');
  const configuration = join(folder, 'pgbouncer.ini');
  const port = await freePort();
  writeFileSync(users, `"${database.DATABASE_USER}" "${database.DATABASE_PASSWORD}"\n`);
  writeFileSync(
    configuration,
    `[databases]
* = host=${database.DATABASE_HOST} port=${database.DATABASE_PORT}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
`,
  );
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in owner) {
    chmodSync(folder, 0o755);
    for (const file of [users, configuration]) chownSync(file, NOBODY, NOBODY);
  }
  const child = spawn(PROGRAM, [configuration], { stdio: 'ignore', ...owner });
  const exit = once(child, 'exit');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${PROGRAM} is missing (Debian: apt-get install pgbouncer)`);
  cleanup.add(async () => {
    child.kill('SIGINT');
    await exit;
    rmSync(folder, { recursive: true, force: true });
  });
  for (const deadline = performance.now() + 10_000; !(await listens(port)); await sleep(50)) {
    if (performance.now() > deadline) throw new Error('PgBouncer did not start');
  }
  const pooled = {
    ...database,
    DATABASE_PORT: `${port}`,
    DATABASE_MIGRATION_HOST: database.DATABASE_HOST,
    DATABASE_MIGRATION_PORT: database.DATABASE_PORT,
  };
  return { pid, database: pooled };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function listens(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
