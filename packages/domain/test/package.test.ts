import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Consumer, createConsumer } from './package/consumer.js';
import { packageFolder, pnpm, repository, runScript, toolPath } from './package/run.js';

let folder: string;
let tarball: string;
let packedFiles: string[];
let consumer: Consumer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domain-package-'));
  const packed = JSON.parse(await runScript(packageFolder, pnpm, 'pack', '--json', '--pack-destination', folder));
  tarball = packed.filename;
  packedFiles = packed.files.map(({ path }: { path: string }) => path);
  consumer = await createConsumer(join(folder, 'consumer'), tarball);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packed package', () => {
  it('holds what its users need, and nothing else', () => {
    for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json', 'dist/src/index.js', 'src/index.ts']) {
      expect(packedFiles).toContain(file);
    }
    expect(packedFiles.filter((path) => /\.test\.|tsbuildinfo|^test\/|tsconfig|vitest/.test(path))).toEqual([]);
  });

  it('has the licence of the repository', async () => {
    // A file of its own: npm, unlike pnpm, packs no file from above.
    expect(await readFile(join(packageFolder, 'LICENSE'), 'utf8')).toBe(
      await readFile(join(repository, 'LICENSE'), 'utf8'),
    );
  });

  it('has a line in its changelog for its version, and no dependencies', async () => {
    const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
    expect(manifest.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await readFile(join(packageFolder, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${manifest.version}\n`);
    expect(manifest.dependencies).toEqual({});
    expect(manifest.peerDependencies).toBeUndefined();
    expect(manifest.publishConfig).toEqual({ access: 'restricted' });
  });

  it('has nothing that publint would have otherwise', async () => {
    const { buffer } = new Uint8Array(await readFile(tarball));
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('has types that fit its code, for everyone who imports ES modules (attw)', async () => {
    const attw = toolPath('@arethetypeswrong/cli', 'dist/index.js');
    // ES modules only: what CommonJS and the resolution of Node 10 would make of it is not promised.
    const options = ['--profile', 'esm-only', '--no-definitely-typed', '--no-emoji', '--format', 'ascii'];
    // It ends with another code than 0 when it finds a problem.
    const report = await runScript(folder, attw, tarball, ...options);
    expect(report.match(/^node16 \(from ESM\): OK \(ESM\)$/gm)).toHaveLength(2);
    expect(report.match(/^bundler: OK/gm)).toHaveLength(3);
  });
});

describe('the example of the README', () => {
  const compilers = {
    'TypeScript of this repository': 'typescript',
    'the oldest TypeScript it is for': 'typescript-floor',
  };
  const settings = Object.entries(compilers).flatMap(([name, compiler]) =>
    (['nodenext', 'bundler'] as const).map((resolution) => ({ name, compiler, resolution })),
  );

  it.each(settings)(
    'compiles and runs in a project of its own: $name, $resolution',
    async ({ compiler, resolution }) => {
      const output = await consumer.compile(compiler, resolution);
      const printed = 'patient-1 runs 1.2.3 since 2022-03-04T09:00:00.654+01:00';
      expect(await consumer.run(`${output}/register.js`)).toBe(`${printed}\n`);
      expect(await readFile(join(packageFolder, 'README.md'), 'utf8')).toContain(`It prints \`${printed}\``);
      const kept = await consumer.run(`${output}/check.js`);
      expect(kept).toContain('kept: a record that was added is found, equal in every field\n');
      expect(kept).toContain('kept: many latests at once each get their own answer\n');
    },
  );
});
