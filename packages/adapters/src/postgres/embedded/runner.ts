import { type SpawnOptions, spawnSync } from 'node:child_process';
import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './error.js';

/**
 * How to run PostgreSQL's programs. They refuse to run as root, so a service that runs as root (in a container, on a
 * build machine) runs them as an unprivileged user.
 */
export interface Runner {
  wrap(program: string, args: readonly string[]): { file: string; args: string[]; options: SpawnOptions };
  /** The required owner of the data folder; undefined if it stays as it is. */
  readonly owner: number | undefined;
}

/** Runner, binaries and data folder that fit together. */
export interface Setup {
  readonly runner: Runner;
  readonly binaries: Binaries;
  readonly dataFolder: string;
}

const { S_IFDIR, S_IFMT } = constants;

/** `nobody`: PostgreSQL requires a user that the system knows by name. */
const NOBODY = 65_534;

const asSelf: Runner = {
  owner: undefined,
  wrap: (program, args) => ({ file: program, args: [...args], options: {} }),
};

const asNobody: Runner = {
  owner: NOBODY,
  wrap: (program, args) => ({ file: program, args: [...args], options: { uid: NOBODY, gid: NOBODY } }),
};

/** Still root to the file system, so a 0700 folder above is no obstacle, but `nobody` to itself. */
const inUserNamespace: Runner = {
  owner: 0,
  wrap: (program, args) => ({
    file: 'unshare',
    args: ['--user', `--map-user=${NOBODY}`, '--', program, ...args],
    options: {},
  }),
};

/**
 * Chooses how to run the programs on a data folder (which exists). As root: as `nobody`, if that user can reach both; or
 * in a user namespace; or from a copy of the binaries, kept outside together with the data.
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

/** Whether every user may enter this folder and all its parents. */
function isReachableByAll(folder: string): boolean {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** A link in the data folder to the place that holds the data instead, below a folder every user may enter. */
export const OUTSIDE = 'outside';

function moveOutside(binaries: Binaries, dataFolder: string, onNotice: (message: string) => void): Setup {
  if (existsSync(join(dataFolder, 'cluster'))) {
    throw new EmbeddedPostgresError(
      `The data in ${dataFolder} can only be reached by root, and PostgreSQL does not run as root: run "chmod a+x" on the folders above it.`,
    );
  }
  try {
    const data = outsideFolder(join(dataFolder, OUTSIDE));
    const outside = dirname(data);
    const root = join(outside, 'native');
    if (!existsSync(root)) copyWhole(binaries.root, root);
    const copied: Binaries = { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
    if (!works(asNobody, copied)) throw new Error(`the copy in ${outside} does not run either`);
    onNotice(`Only root can reach ${dataFolder}: the embedded PostgreSQL and its data are in ${outside} instead.`);
    return { runner: asNobody, binaries: copied, dataFolder: data };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, and could not be set up for another user: ${cause instanceof Error ? cause.message : cause}.`,
      { cause },
    );
  }
}

/**
 * Returns the folder that the link leads to, creating it if there is none. Any user may create files beside it, so its
 * name cannot be guessed, and root owns both it and the link: no one else can put their own folder or link in its place.
 */
function outsideFolder(link: string): string {
  const target = readLink(link);
  if (target !== undefined && lstatSync(target, { throwIfNoEntry: false }) !== undefined) {
    for (const folder of [dirname(target), target]) {
      const { uid, mode } = lstatSync(folder);
      if ((mode & S_IFMT) !== S_IFDIR || uid !== 0 || (mode & 0o022) !== 0)
        throw new Error(`${folder} is not a folder that only root can write, as it was made`);
    }
    return target;
  }
  const outside = mkdtempSync(join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'polaris-telemetry-'));
  const data = join(outside, 'data');
  for (const folder of [outside, data]) {
    if (folder === data) mkdirSync(data);
    chmodSync(folder, 0o711);
  }
  rmSync(link, { force: true });
  symlinkSync(data, link);
  return data;
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Copies a folder so that every user may read it and only root may change it. */
function copyWhole(from: string, to: string): void {
  const unfinished = `${to}.new-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(from, unfinished, { recursive: true, dereference: true });
  openToAll(unfinished);
  renameSync(unfinished, to);
}

function openToAll(path: string): void {
  const { mode } = lstatSync(path);
  const folder = (mode & S_IFMT) === S_IFDIR;
  chmodSync(path, folder || (mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (folder) for (const name of readdirSync(path)) openToAll(join(path, name));
}

/**
 * Hands a folder and its contents to a user. Links themselves change hands, never their targets; a file with a second
 * name is refused, because the other name may belong to someone else.
 */
export function giveTo(owner: number, path: string): void {
  const { mode, nlink } = lstatSync(path);
  const folder = (mode & S_IFMT) === S_IFDIR;
  if (!folder && nlink > 1)
    throw new EmbeddedPostgresError(`${path} has a second name (hard link) elsewhere: replace it with a copy.`);
  lchownSync(path, owner, owner);
  if (folder) for (const name of readdirSync(path)) giveTo(owner, join(path, name));
}
