/**
 * Merges the built service and its packages into few files: Node takes longer to find and read a thousand modules than to
 * run what is in them. Stack traces stay readable, because nothing is minified. It does nothing while nothing has changed.
 */
import { globSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'apps/api/dist/bundle');

/** The compiler writes the first ones whenever it writes anything. */
const dependsOn = [
  ...globSync('{apps,packages}/*/dist/tsconfig.tsbuildinfo', { cwd: root }),
  'pnpm-lock.yaml',
  'tooling/bundle.ts',
];

function modified(file: string): number {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const bundled = modified('apps/api/dist/bundle/main.js');
if (dependsOn.some((file) => modified(file) >= bundled)) {
  const bundle = await rolldown({
    cwd: root,
    input: 'apps/api/dist/main.js',
    platform: 'node',
    // It finds the binaries beside its own package.
    external: ['@polaris-telemetry/adapters/embedded', 'pg-native'],
    // A package's doubtful code is not ours to mend.
    logLevel: 'silent',
  });
  rmSync(folder, { recursive: true, force: true });
  await bundle.write({ dir: folder, format: 'esm', keepNames: true });
  await bundle.close();
}
