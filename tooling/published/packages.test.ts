import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Packed, pack } from './packed.ts';
import { repository, runScript, toolPath } from './run.ts';

describe.each([
  { path: 'packages/domain', entries: ['dist/src/index.js', 'dist/testing/index.js'], source: 'src/index.ts' },
  { path: 'packages/client', entries: ['dist/index.js'], source: 'src/index.ts' },
])('$path, packed', ({ path, entries, source }) => {
  let packed: Packed;

  beforeAll(async () => {
    packed = await pack(path);
  });
  afterAll(() => packed.remove());

  it('holds what its users need, and nothing else', () => {
    for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json', source, ...entries]) {
      expect(packed.files).toContain(file);
    }
    expect(packed.files.filter((file) => /\.test\.|tsbuildinfo|^test\/|tsconfig|vitest/.test(file))).toEqual([]);
  });

  it('has the licence of the repository', async () => {
    // A file of its own: npm, unlike pnpm, packs no file from above.
    expect(await readFile(join(packed.source, 'LICENSE'), 'utf8')).toBe(
      await readFile(join(repository, 'LICENSE'), 'utf8'),
    );
  });

  it('has a line in its changelog for its version, and no dependencies', async () => {
    const manifest = JSON.parse(await readFile(join(packed.source, 'package.json'), 'utf8'));
    expect(manifest.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await readFile(join(packed.source, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${manifest.version}\n`);
    expect(manifest.dependencies).toEqual({});
    expect(manifest.peerDependencies).toBeUndefined();
    expect(manifest.publishConfig).toEqual({ access: 'restricted' });
  });

  it('has nothing that publint would have otherwise', async () => {
    const { buffer } = new Uint8Array(await readFile(packed.tarball));
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('has types that fit its code, for everyone who imports ES modules (attw)', async () => {
    const attw = toolPath('@arethetypeswrong/cli', 'dist/index.js');
    // ES modules only: what CommonJS and the resolution of Node 10 would make of it is not promised.
    const options = ['--profile', 'esm-only', '--no-definitely-typed', '--no-emoji', '--format', 'ascii'];
    // It ends with another code than 0 when it finds a problem.
    const report = await runScript(packed.folder, attw, packed.tarball, ...options);
    expect(report.match(/^node16 \(from ESM\): OK \(ESM\)$/gm)).toHaveLength(entries.length);
    // And package.json.
    expect(report.match(/^bundler: OK/gm)).toHaveLength(entries.length + 1);
  });
});
