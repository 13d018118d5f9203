import { constants, lchownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './error.js';

const { S_IFDIR, S_IFMT } = constants;

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
