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

const { S_IFDIR, S_IFMT } = constants;

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

/** A link in the data folder to where the data are instead, below a folder that everybody may enter. */
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
 * The folder that the link leads to, made first when there is none. Anybody may make files where it is, so its name cannot
 * be guessed, it is root's own, and so is the link: nobody else can put a folder or a link of theirs in its place.
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

/** Copies a folder so that everybody may read it, and only root may change it. */
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
 * Hands a folder and all it holds to a user. Links are handed over themselves, never what they lead to; a second name of
 * a file is refused, for the first one may be somebody else's.
 */
export function giveTo(owner: number, path: string): void {
  const { mode, nlink } = lstatSync(path);
  const folder = (mode & S_IFMT) === S_IFDIR;
  if (!folder && nlink > 1)
    throw new EmbeddedPostgresError(`${path} has a second name elsewhere: copy it, and remove it.`);
  lchownSync(path, owner, owner);
  if (folder) for (const name of readdirSync(path)) giveTo(owner, join(path, name));
}
