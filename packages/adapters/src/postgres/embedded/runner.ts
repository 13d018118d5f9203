import { type SpawnOptions, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './error.js';

/**
 * How to run PostgreSQL's programs. They refuse to run as root, so a service that is root (in a container, on a build
 * machine) runs them as somebody without rights.
 */
export interface Runner {
  wrap(program: string, args: readonly string[]): { file: string; args: string[]; options: SpawnOptions };
  /** Whose the data folder must be; undefined where nobody changes. */
  readonly owner: number | undefined;
}

/** Runner, binaries and data folder that fit together. */
export interface Setup {
  readonly runner: Runner;
  readonly binaries: Binaries;
  readonly dataFolder: string;
}

/** `nobody`: PostgreSQL wants a user that the system knows by name. */
const NOBODY = 65_534;

const asSelf: Runner = {
  owner: undefined,
  wrap: (program, args) => ({ file: program, args: [...args], options: {} }),
};

const asNobody: Runner = {
  owner: NOBODY,
  wrap: (program, args) => ({ file: program, args: [...args], options: { uid: NOBODY, gid: NOBODY } }),
};

/** Still root to the file system, so that a 0700 folder above is no obstacle, but nobody in its own eyes. */
const inUserNamespace: Runner = {
  owner: 0,
  wrap: (program, args) => ({
    file: 'unshare',
    args: ['--user', `--map-user=${NOBODY}`, '--', program, ...args],
    options: {},
  }),
};

/**
 * Chooses how to run the programs on a data folder (which exists). As root: as `nobody`, where that user can reach both;
 * else in a user namespace; else from a copy of the binaries, with the data, outside.
 *
 * @throws EmbeddedPostgresError when none of these works
 */
export function chooseRunner(binaries: Binaries, dataFolder: string, onNotice: (message: string) => void): Setup {
  if (process.getuid?.() !== 0) return { runner: asSelf, binaries, dataFolder };
  const reachable = isReachableByAll(binaries.root) && isReachableByAll(dataFolder);
  if (reachable && works(asNobody, binaries)) return { runner: asNobody, binaries, dataFolder };
  if (works(inUserNamespace, binaries)) return { runner: inUserNamespace, binaries, dataFolder };
  return moveOutside(binaries, dataFolder, onNotice);
}

function works(runner: Runner, binaries: Binaries): boolean {
  const { file, args, options } = runner.wrap(binaries.postgres, ['--version']);
  return spawnSync(file, args, { ...options, stdio: 'ignore' }).status === 0;
}

/** Whether everybody may enter this folder and all those above it. */
function isReachableByAll(folder: string): boolean {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function moveOutside(binaries: Binaries, dataFolder: string, onNotice: (message: string) => void): Setup {
  if (existsSync(join(dataFolder, 'cluster'))) {
    throw new EmbeddedPostgresError(
      `The data in ${dataFolder} can only be reached by root, and PostgreSQL does not run as root: run "chmod a+x" on the folders above it.`,
    );
  }
  const outside = join(
    outsideFolder(),
    `polaris-telemetry-${createHash('sha256').update(realpathSync(dataFolder)).digest('hex').slice(0, 12)}`,
  );
  try {
    mkdirSync(outside, { recursive: true, mode: 0o700 });
    const owner = statSync(outside).uid;
    // Anybody may make a folder there: one that is not ours could be a trap.
    if (owner !== 0 && owner !== NOBODY) throw new Error(`${outside} belongs to another user`);
    const root = join(outside, 'native');
    if (!existsSync(root)) copyWhole(binaries.root, root);
    const copied: Binaries = { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
    const data = join(outside, 'data');
    mkdirSync(data, { recursive: true, mode: 0o700 });
    giveTo(NOBODY, outside);
    if (!works(asNobody, copied)) throw new Error('the copy does not run either');
    onNotice(`Only root can reach ${dataFolder}: the embedded PostgreSQL and its data are in ${outside} instead.`);
    return { runner: asNobody, binaries: copied, dataFolder: data };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, and could not be set up for another user in ${outside}: ${cause instanceof Error ? cause.message : cause}.`,
      { cause },
    );
  }
}

function copyWhole(from: string, to: string): void {
  const unfinished = `${to}.new-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(from, unfinished, { recursive: true, dereference: true });
  renameSync(unfinished, to);
}

/** Where files outlive a restart of the machine. */
function outsideFolder(): string {
  return existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
}

/** Hands a folder and all it holds to a user. */
export function giveTo(owner: number, path: string): void {
  lchownSync(path, owner, owner);
  if (!statSync(path).isDirectory()) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) giveTo(owner, child);
    else lchownSync(child, owner, owner);
  }
}
