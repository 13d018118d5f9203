import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A name that an entry of the package exports, and the docstring it is declared with. */
export interface ExportedName {
  readonly name: string;
  readonly file: string;
  readonly docstring: string | undefined;
}

const REEXPORT = /^export (?:type )?(?:\*|\{(?<names>[^}]*)\}) from '(?<path>[^']+)';$/gm;
const DECLARATION =
  /(?:\/\*\*(?<docstring>(?:(?!\*\/).)*)\*\/\s*)?^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (?<name>\w+)/gms;

/** All that a declaration file exports, itself or from others. (TypeScript 7 has no compiler API to ask.) */
export function exportedNames(file: string): ExportedName[] {
  const text = readFileSync(file, 'utf8');
  const declared = [...text.matchAll(DECLARATION)].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    file,
    docstring: groups?.['docstring'],
  }));
  const reexported = [...text.matchAll(REEXPORT)].flatMap(({ groups }) => {
    const target = join(dirname(file), (groups?.['path'] ?? '').replace(/\.js$/, '.d.ts'));
    if (!existsSync(target)) throw new Error(`${file} exports from ${target}, which is not there`);
    const wanted = groups?.['names']?.split(',').map((name) => name.trim().replace(/^type /, ''));
    return exportedNames(target).filter(({ name }) => wanted === undefined || wanted.includes(name));
  });
  return [...declared, ...reexported];
}
