import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pnpm, repository, runScript } from './run.ts';

/** A package of this repository, packed as for a registry. */
export interface Packed {
  readonly name: string;
  /** Its folder in the repository. */
  readonly source: string;
  readonly tarball: string;
  /** Paths of the files in it. */
  readonly files: readonly string[];
  /** A folder for whatever is made of it; gone with `remove`. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Packs the package in that folder of the repository. */
export async function pack(path: string): Promise<Packed> {
  const source = join(repository, path);
  const folder = await mkdtemp(join(tmpdir(), 'published-'));
  const packed = JSON.parse(await runScript(source, pnpm, 'pack', '--json', '--pack-destination', folder));
  const { name } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  const files = packed.files.map((file: { path: string }) => file.path);
  const remove = () => rm(folder, { recursive: true, force: true });
  return { name, source, tarball: packed.filename, files, folder, remove };
}
