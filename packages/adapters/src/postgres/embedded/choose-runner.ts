import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Binaries } from './binaries.js';
import { moveOutside } from './move-outside.js';
import { asNobody, asSelf, inUserNamespace, type Setup, works } from './runner.js';

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

/** Whether every user may enter this folder and all its parents. */
function isReachableByAll(folder: string): boolean {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
