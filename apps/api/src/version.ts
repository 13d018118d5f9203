import { readFileSync } from 'node:fs';

/** What /version tells. */
export interface Version {
  readonly version: string;
  readonly circle: string;
  readonly hash: string;
}

/**
 * What the build left in the working directory; what it left out is unknown.
 *
 * @param packageVersion stands in for the version
 */
export function readVersion(packageVersion: string): Version {
  return {
    version: read('build-version.txt') ?? packageVersion,
    circle: read('build-circleci.txt') ?? 'unknown',
    hash: read('build-githash.txt') ?? 'unknown',
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
