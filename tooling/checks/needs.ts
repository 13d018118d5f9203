import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A tool that a suite needs, beyond Node, npm and the packages of the lock file. */
export interface Need {
  /** What to install, for a person. */
  readonly name: string;
  /** Returns what was found, in a word or two for the closing table; undefined if it is missing. */
  readonly find: () => Promise<string | undefined> | string | undefined;
}

const debianPostgres = '/usr/lib/postgresql/15/bin';

/** Every such tool. On Debian 12 `.ci/run` installs them all. */
export const needs = {
  postgres15: {
    name: 'PostgreSQL 15 (Debian: postgresql-15)',
    find: () => version('PostgreSQL', join(debianPostgres, 'postgres')),
  },
  chromium: { name: 'Chromium (Debian: chromium)', find: () => version('Chromium', inPath('chromium')) },
  pgbouncer: { name: 'PgBouncer (Debian: pgbouncer)', find: () => version('PgBouncer', inPath('pgbouncer')) },
  promtool: { name: 'promtool (Debian: prometheus)', find: () => version('promtool', inPath('promtool')) },
  patroni: { name: 'Patroni (Debian: patroni)', find: () => version('Patroni', inPath('patroni')) },
  etcd: { name: 'etcd (Debian: etcd-server)', find: () => version('etcd', inPath('etcd')) },
  haproxy: { name: 'HAProxy (Debian: haproxy)', find: () => version('HAProxy', inPath('haproxy'), '-v') },
  registry: { name: 'the npm registry', find: registry },
} satisfies Record<string, Need>;

export type NeedName = keyof typeof needs;

/** Debian keeps servers in sbin, which is not in everyone's PATH. */
function inPath(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the name with the version that the program reports. */
function version(name: string, program: string | undefined, option = '--version'): string | undefined {
  if (program === undefined || !isExecutable(program)) return undefined;
  const run = spawnSync(program, [option], { encoding: 'utf8' });
  if (run.status !== 0) return undefined;
  return [name, /\d+(\.\d+)+/.exec(`${run.stdout}${run.stderr}`)?.[0]].filter(Boolean).join(' ');
}

async function registry(): Promise<string | undefined> {
  const address = process.env['npm_config_registry'] ?? npmRegistry();
  try {
    const answer = await fetch(new URL('pnpm/latest', `${address.replace(/\/$/, '')}/`), {
      signal: AbortSignal.timeout(10_000),
    });
    return answer.ok ? 'npm registry' : undefined;
  } catch {
    return undefined;
  }
}

function npmRegistry(): string {
  return execFileSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  }).trim();
}
