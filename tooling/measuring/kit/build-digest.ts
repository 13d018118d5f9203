import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUNDLE = fileURLToPath(new URL('../../../apps/api/dist/bundle', import.meta.url));

/** Returns what tells one build of the service from another: a few hexadecimal digits of the SHA-256 of its files. */
export function buildDigest(): string {
  const hash = createHash('sha256');
  for (const file of globSync('*.js', { cwd: BUNDLE }).toSorted()) {
    hash.update(file).update(readFileSync(`${BUNDLE}/${file}`));
  }
  return hash.digest('hex').slice(0, 12);
}
