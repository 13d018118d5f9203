import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DatabaseSettings } from '../connections/settings.js';
import { type Binaries, majorVersion } from './binaries.js';
import { codeOf, EmbeddedPostgresError, fatalLine, reasonOf } from './error.js';
import { giveTo } from './give-to.js';
import { makeFolder } from './make-folder.js';
import type { Runner } from './runner.js';
import { serverEnvironment } from './server.js';

const run = promisify(execFile);

/** The only user of an embedded server. */
export const SUPERUSER = 'polaris';

/** The database of an embedded server. */
export const DATABASE = 'telemetry';

/** How to connect to the server of a cluster. */
export function settingsFor({ password }: Pick<Cluster, 'password'>, port: number): DatabaseSettings {
  return { host: '127.0.0.1', port, user: SUPERUSER, password, database: DATABASE, sslMode: 'disable' };
}

/** A complete data folder and the password of its only user. */
export interface Cluster {
  /** PostgreSQL's own data folder. */
  readonly data: string;
  readonly password: string;
}

/**
 * Creates the given folder if needed, and checks that it is writable.
 *
 * @throws EmbeddedPostgresError
 */
export function prepareFolder(folder: string): void {
  try {
    makeFolder(folder);
    const probe = join(folder, `.write-test-${process.pid}`);
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The data folder ${folder} cannot be written (${reasonOf(cause)}): make room or rights there, or name another folder.`,
      { cause },
    );
  }
}

/**
 * Returns the cluster in this folder, creating it if there is none. It appears all at once, by a rename: an interrupted
 * creation leaves nothing that could be mistaken for data.
 *
 * @throws EmbeddedPostgresError if the folder holds something other than a cluster of this PostgreSQL
 */
export async function openCluster(binaries: Binaries, runner: Runner, folder: string): Promise<Cluster> {
  const cluster = join(folder, 'cluster');
  removeUnfinished(folder);
  if (!existsSync(cluster)) await makeCluster(binaries, runner, folder, cluster);
  const data = join(cluster, 'data');
  await checkData(binaries, cluster, data);
  if (runner.owner !== undefined && statSync(data).uid !== runner.owner) giveTo(runner.owner, cluster);
  return { data, password: readPassword(cluster) };
}

async function makeCluster(binaries: Binaries, runner: Runner, folder: string, cluster: string): Promise<void> {
  const unfinished = mkdtempSync(join(folder, UNFINISHED));
  try {
    const passwordFile = join(unfinished, 'password');
    writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    if (runner.owner !== undefined) giveTo(runner.owner, unfinished);
    const { file, args, options } = runner.wrap(binaries.initdb, [
      `--pgdata=${join(unfinished, 'data')}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
    ]);
    await run(file, args, { ...options, shell: false, env: serverEnvironment() });
    renameSync(unfinished, cluster);
    syncFolder(folder);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another start has created it in the meantime; it is either in use or can be used.
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(cause) ?? '') && existsSync(cluster)) return;
    throw new EmbeddedPostgresError(`No database could be created in ${folder}: ${initdbReason(cause)}.`, { cause });
  }
}

/** Makes a rename survive a power failure. */
function syncFolder(folder: string): void {
  // Windows cannot open folders.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

const UNFINISHED = 'cluster.unfinished-';

/** Leftovers of killed starts; a quarter of an hour old, so that no start is still at work on them. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(UNFINISHED) || Date.now() - statSync(path).mtimeMs < 15 * 60_000) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

function initdbReason(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return stderr.trim() === '' ? reasonOf(error) : fatalLine(stderr);
}

async function checkData(binaries: Binaries, cluster: string, data: string): Promise<void> {
  const wayOut = `move ${cluster} away to start with an empty database`;
  try {
    accessSync(cluster, constants.R_OK | constants.X_OK);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `${cluster} belongs to another user, whom the service ran as before: run it as that user (or as root), or ${wayOut}.`,
      { cause },
    );
  }
  const made = readText(join(data, 'PG_VERSION'))?.trim();
  const missing = ['PG_VERSION', 'global/pg_control', 'base', 'pg_wal'].find((name) => !existsSync(join(data, name)));
  if (made === undefined || missing !== undefined || readText(join(cluster, 'password')) === undefined) {
    throw new EmbeddedPostgresError(
      `${cluster} is no complete PostgreSQL data folder (${missing ?? 'password'} is missing): restore it from a backup, or ${wayOut}.`,
    );
  }
  const ours = await majorVersion(binaries);
  if (made !== ours) {
    throw new EmbeddedPostgresError(
      `${cluster} was made by PostgreSQL ${made}, and this service brings PostgreSQL ${ours}: run it on a server of version ${made} by DATABASE_HOST and the like, or ${wayOut}.`,
    );
  }
}

/** The password of a cluster; empty if unreadable. */
export function readPassword(cluster: string): string {
  return readText(join(cluster, 'password'))?.trim() ?? '';
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
