import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const OTHERS_MAY_WRITE = 0o022;

/**
 * Lets V8 keep the code that it compiles, which is a third of a start. It runs what it finds there, so the folder must be
 * ours alone. Without such a folder, for example on a read-only file system, nothing is kept.
 *
 * @param folder beside the service's own code, which anyone who may write there could change too
 */
export function cacheCompiledCode(folder: URL): void {
  // A slash at the end would follow a link.
  const path = fileURLToPath(folder).replace(/[\\/]$/, '');
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch {
    // It exists, or cannot be made.
  }
  // Node.js 22.0 has no such cache.
  if (isOurs(path)) module.enableCompileCache?.(path);
}

function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  // Windows has neither users by number nor these permissions: a folder belongs to the owner of the one above.
  if (process.getuid === undefined) return found?.isDirectory() === true;
  return found?.isDirectory() === true && found.uid === process.getuid() && (found.mode & OTHERS_MAY_WRITE) === 0;
}
