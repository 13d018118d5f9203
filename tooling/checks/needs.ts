import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A tool that a suite cannot do without, beyond Node, npm and the packages of the lock file. */
export interface Need {
  /** What to install, as a person would say it. */
  readonly name: string;
  /** What is there (its version), or undefined when it is missing. */
  readonly find: () => Promise<string | undefined> | string | undefined;
}

const debianPostgres = '/usr/lib/postgresql/15/bin';

/** Every such tool. On Debian 12 `.ci/run` installs them all. */
export const needs = {
  postgres15: {
    name: 'PostgreSQL 15 (Debian: postgresql-15)',
    find: () => firstLine(join(debianPostgres, 'postgres'), '--version'),
  },
  chromium: { name: 'Chromium (Debian: chromium)', find: () => firstLine(inPath('chromium'), '--version') },
  pgbouncer: { name: 'PgBouncer (Debian: pgbouncer)', find: () => firstLine(inPath('pgbouncer'), '--version') },
  promtool: { name: 'promtool (Debian: prometheus)', find: () => firstLine(inPath('promtool'), '--version') },
  registry: { name: 'the npm registry', find: registry },
} satisfies Record<string, Need>;

export type NeedName = keyof typeof needs;

/** Debian keeps servers in sbin, which is not in everybody's PATH. */
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

function firstLine(program: string | undefined, ...args: string[]): string | undefined {
  if (program === undefined || !isExecutable(program)) return undefined;
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
      .split('\n')[0]
      ?.trim();
  } catch {
    return undefined;
  }
}

async function registry(): Promise<string | undefined> {
  const address = process.env['npm_config_registry'] ?? npmRegistry();
  try {
    const answer = await fetch(new URL('pnpm/latest', `${address.replace(/\/$/, '')}/`), {
      signal: AbortSignal.timeout(10_000),
    });
    return answer.ok ? 'a fresh install' : undefined;
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
