/**
 * Merges the built service and its packages into few files: Node takes longer to find and read a thousand modules than to
 * run what is in them. Stack traces stay readable, because nothing is minified. It does nothing while nothing has changed.
 */
import { globSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

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

/**
 * Node's own modules by `require`. An `import` reads each of their exports, and so loads what Node would load on demand: all
 * of undici for `http`, which is 15 MiB.
 */
const requiredBuiltins: Plugin = {
  name: 'required-builtins',
  resolveId: (id, importer) => (isBuiltin(id) && importer?.startsWith('\0') !== true ? `\0${id}` : undefined),
  load: (id) =>
    id.startsWith('\0') && isBuiltin(id.slice(1)) ? `module.exports = require('${id.slice(1)}')` : undefined,
};

/** Parts of packages that the service never uses, which their packages load all the same. */
const UNUSED: Readonly<Record<string, string>> = {
  // Messages in fifty languages; English has an import of its own.
  '/zod/v4/locales/index.js': 'export {}',
  '/prom-client/lib/pushgateway.js': 'module.exports = undefined',
};

const withoutUnused: Plugin = {
  name: 'without-unused',
  load: (id) => Object.entries(UNUSED).find(([end]) => id.endsWith(end))?.[1],
  buildEnd() {
    const found = [...this.getModuleIds()];
    for (const end of Object.keys(UNUSED)) {
      if (!found.some((id) => id.endsWith(end))) this.error(`no package has ${end} any more`);
    }
  },
};

/** One character beyond ASCII makes V8 keep the whole source in two bytes each. */
const ascii: Plugin = {
  name: 'ascii',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type === 'chunk') file.code = file.code.replaceAll(/[^\0-\x7f]/g, escaped);
    }
  },
};

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const bundled = modified('apps/api/dist/bundle/main.js');
if (dependsOn.some((file) => modified(file) >= bundled)) {
  const bundle = await rolldown({
    cwd: root,
    input: 'apps/api/dist/main.js',
    platform: 'node',
    plugins: [requiredBuiltins, withoutUnused, ascii],
    // It finds the binaries beside its own package.
    external: ['@polaris-telemetry/adapters/embedded', 'pg-native'],
    // A package's doubtful code is not ours to mend.
    logLevel: 'silent',
  });
  rmSync(folder, { recursive: true, force: true });
  await bundle.write({
    dir: folder,
    format: 'esm',
    keepNames: true,
    comments: false,
    codeSplitting: { groups: [{ name: 'builtins', test: /^\0/ }] },
  });
  await bundle.close();
}
