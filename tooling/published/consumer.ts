import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Packed } from './packed.ts';
import { pnpm, repository, runScript, toolPath } from './run.ts';

/** How a project is compiled. */
export interface CompilerSettings {
  /** The dependency of the tooling that it is. */
  readonly compiler: 'typescript' | 'typescript-5.0' | 'typescript-5.5' | 'typescript-6';
  readonly resolution: 'nodenext' | 'bundler';
  /** What it has beside the language. */
  readonly platform: 'none' | 'browser' | 'node';
}

/** A TypeScript project outside this repository that has the packed package as its dependency. */
export interface Consumer {
  /** Compiles the project's `src`. @returns the folder of its output */
  compile(settings: CompilerSettings): Promise<string>;
  /** Adds a file, by its path in the project. */
  write(path: string, content: string): Promise<void>;
  /** Runs a compiled file. @returns what it printed */
  run(file: string, ...args: string[]): Promise<string>;
}

/** Node's types are too new for a TypeScript before 6. */
const PLATFORMS = {
  none: { lib: ['es2022'], types: [] },
  browser: { lib: ['es2022', 'dom', 'dom.asynciterable'], types: [] },
  node: { lib: ['es2022'], types: ['node'], typeRoots: [`${repository}node_modules/@types`] },
} as const;

/** Installs the package into a new project, without network, and puts its README's files into its `src`, with others. */
export async function createConsumer(packed: Packed, others: Readonly<Record<string, string>>): Promise<Consumer> {
  const folder = join(packed.folder, 'consumer');
  await mkdir(join(folder, 'src'), { recursive: true });
  const dependencies = { [packed.name]: `file:${packed.tarball}` };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module', dependencies }));
  // Its own, empty store: that nothing has to be fetched is part of what is tested.
  await runScript(folder, pnpm, 'install', '--offline', `--store-dir=${join(folder, 'store')}`);
  const files = [...Object.entries(others), ...(await filesOfReadme(packed))];
  for (const [name, content] of files) await writeFile(join(folder, 'src', name), content);

  return {
    async compile({ compiler, resolution, platform }) {
      const outDir = `out-${compiler}-${resolution}`;
      const compilerOptions = {
        strict: true,
        skipLibCheck: false,
        target: 'es2022',
        module: resolution === 'bundler' ? 'esnext' : 'nodenext',
        moduleResolution: resolution,
        ...PLATFORMS[platform],
        rootDir: 'src',
        outDir,
      };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
      await runScript(folder, toolPath(compiler, 'bin/tsc'), '-p', '.');
      return outDir;
    },
    write: (path, content) => writeFile(join(folder, path), content),
    run: (file, ...args) => runScript(folder, file, ...args),
  };
}

/** The files that the README shows: each is a block of TypeScript whose first line is a comment with its name. */
async function filesOfReadme({ source }: Packed): Promise<[name: string, content: string][]> {
  const readme = await readFile(join(source, 'README.md'), 'utf8');
  const blocks = readme.matchAll(/^```ts\n\/\/ (?<name>\S+\.ts)\n(?<content>.*?)^```$/gms);
  return [...blocks].map(({ groups }) => [groups?.['name'] ?? '', groups?.['content'] ?? '']);
}
