import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder, pnpm, runScript, toolPath } from './run.js';

/** All that the example takes of Node. The types of a whole Node are too new for the oldest TypeScript, and would hide that the package needs none. */
const NODE_TYPES = `
declare module 'node:util' { export function isDeepStrictEqual(left: unknown, right: unknown): boolean; }
declare module 'node:crypto' { export function randomUUID(): string; }
declare const console: { log(line: string): void };
`;

/** A TypeScript project outside this repository that has the packed package as its dependency. */
export interface Consumer {
  /** Compiles the project's `src` with that dependency of this package. @returns the folder of its output */
  compile(compiler: string, resolution: 'nodenext' | 'bundler'): Promise<string>;
  /** Runs a compiled file. @returns what it printed */
  run(file: string): Promise<string>;
}

/** Installs the tarball into a new project in that folder, without network, and puts the README's files into its `src`. */
export async function createConsumer(folder: string, tarball: string): Promise<Consumer> {
  await mkdir(join(folder, 'src'), { recursive: true });
  const dependencies = { '@polaris-telemetry/domain': `file:${tarball}` };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module', dependencies }));
  // Its own, empty store: that nothing has to be fetched is part of what is tested.
  await runScript(folder, pnpm, 'install', '--offline', `--store-dir=${join(folder, 'store')}`);
  const files = [['node.d.ts', NODE_TYPES] as const, ...(await filesOfReadme())];
  for (const [name, content] of files) await writeFile(join(folder, 'src', name), content);

  return {
    async compile(compiler, resolution) {
      const outDir = `out-${compiler}-${resolution}`;
      const compilerOptions = {
        strict: true,
        skipLibCheck: false,
        target: 'es2022',
        lib: ['es2022'],
        module: resolution === 'bundler' ? 'esnext' : 'nodenext',
        moduleResolution: resolution,
        types: [],
        rootDir: 'src',
        outDir,
      };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
      await runScript(folder, toolPath(compiler, 'bin/tsc'), '-p', '.');
      return outDir;
    },
    run: (file) => runScript(folder, file),
  };
}

/** The files that the README shows: each is a block of TypeScript whose first line is a comment with its name. */
async function filesOfReadme(): Promise<[name: string, content: string][]> {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  const blocks = readme.matchAll(/^```ts\n\/\/ (?<name>\S+\.ts)\n(?<content>.*?)^```$/gms);
  return [...blocks].map(({ groups }) => [groups?.['name'] ?? '', groups?.['content'] ?? '']);
}
