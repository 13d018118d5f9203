import { readFileSync } from 'node:fs';

/** The answer of /version. */
export interface Version {
  readonly version: string;
  readonly circle: string;
  readonly hash: string;
}

/** Reads what the build left in the working directory; falls back to the package's version, and "unknown" for the others. */
export function readVersion(): Version {
  return {
    version: read('build-version.txt') ?? packageVersion(),
    circle: read('build-circleci.txt') ?? 'unknown',
    hash: read('build-githash.txt') ?? 'unknown',
  };
}

function read(file: string | URL): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(
    read(new URL(import.meta.resolve('@polaris-telemetry/api/package.json'))) ?? '{}',
  );
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return typeof version === 'string' && version !== '' ? version : 'unknown';
}
