import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as domain from '../dist/src/index.js';
import * as testing from '../dist/testing/index.js';
import { exportedNames } from './exported-names.js';

const packageFolder = fileURLToPath(new URL('../', import.meta.url));

const entries = [
  { entry: 'the domain', file: 'dist/src/index.d.ts', values: Object.keys(domain) },
  { entry: './testing', file: 'dist/testing/index.d.ts', values: Object.keys(testing) },
];

describe.each(entries)('$entry', ({ file, values }) => {
  const names = exportedNames(join(packageFolder, file));

  it('has a docstring for every name that it exports', () => {
    const bare = names.filter(({ docstring }) => docstring === undefined || docstring.trim().length < 10);
    expect(bare.map(({ name, file }) => `${name} in ${file}`)).toEqual([]);
  });

  it('is read whole by this check: it sees every value that the code exports, and no name twice', () => {
    const seen = names.map(({ name }) => name);
    expect(values.filter((name) => !seen.includes(name))).toEqual([]);
    expect(seen.filter((name, index) => seen.indexOf(name) !== index)).toEqual([]);
    expect(seen.length).toBeGreaterThan(values.length);
  });
});

it('a name without a docstring is noticed, even right after one that has its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'domain-docstrings-'));
  try {
    const file = join(folder, 'index.d.ts');
    writeFileSync(file, "export * from './other.js';\n");
    writeFileSync(
      join(folder, 'other.d.ts'),
      '/** Has one of its own. */\nexport interface Described {\n    a: 1;\n}\nexport declare const bare: 1;\nexport type Bare = 1;\n',
    );
    const bare = exportedNames(file).filter(({ docstring }) => docstring === undefined);
    expect(bare.map(({ name }) => name)).toEqual(['bare', 'Bare']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
