import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './error.js';
import { asNobody, type Setup, works } from './runner.js';

const { S_IFDIR, S_IFMT } = constants;

/** A link in the data folder to the place that holds the data instead, below a folder every user may enter. */
export const OUTSIDE = 'outside';

/**
 * Copies the binaries to a folder that every user may enter, and keeps the data there.
 *
 * @throws EmbeddedPostgresError when they do not run there either
 */
export function moveOutside(binaries: Binaries, dataFolder: string, onNotice: (message: string) => void): Setup {
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
