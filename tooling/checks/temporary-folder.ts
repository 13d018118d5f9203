import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux's file system in memory. */
const MEMORY = '/dev/shm';
/** Suites side by side hold less than 2 GiB of databases and packages; the rest is for the programs. */
const ROOM_BYTES = 4 * 2 ** 30;

/** A folder for everything that a suite writes. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/**
 * Makes the folder in memory where there is room: databases are created, emptied and dropped there in a third of the time.
 * TMPDIR, if it is set, says where else.
 *
 * @param memory the mount point of a file system in memory
 */
export function temporaryFolder(memory = MEMORY): TemporaryFolder {
  const inMemory = !process.env['TMPDIR'] && hasRoom(memory);
  const path = mkdtempSync(join(inMemory ? memory : tmpdir(), 'suite-'));
  // Servers that root starts run as another user.
  chmodSync(path, 0o755);
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  // Ctrl-C ends the process without a `finally`, and memory would stay taken.
  process.once('exit', remove);
  return {
    path,
    remove() {
      process.off('exit', remove);
      remove();
    },
  };
}

/** Tests run programs from there: containers often mount it `noexec`. */
function hasRoom(folder: string): boolean {
  try {
    const [, , type, options = ''] =
      readFileSync('/proc/mounts', 'utf8')
        .split('\n')
        .map((line) => line.split(' '))
        .findLast(([, mountPoint]) => mountPoint === folder) ?? [];
    const { bavail, bsize } = statfsSync(folder);
    const runs = type === 'tmpfs' && options.startsWith('rw') && !options.split(',').includes('noexec');
    return runs && Math.min(bavail * bsize, process.availableMemory()) >= ROOM_BYTES;
  } catch {
    return false;
  }
}
