import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** The text of a file, by its path from the top of the checkout. */
export function read(path: string): string {
  return readFileSync(join(checkout, path), 'utf8');
}

/** Every page for people, by its path from the top of the checkout. */
export const pages = globSync(['*.md', 'docs/**/*.md', 'tooling/*/*.md', 'packages/*/*.md', 'apps/*/*.md'], {
  cwd: checkout,
  exclude: ['**/node_modules'],
});

/** The rows of the table below a heading, each as its cells' text, backticks and all; the table's own heading left out. */
export function tableOf(page: string, heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`there is no heading ${heading}`);
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** What stands between backticks in a text. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Returns the ids that GitHub assigns to a page's headings. */
export function anchorsOf(page: string): string[] {
  const prose = page.replaceAll(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Lines of prose longer than 120 characters, and table cells of 300 or more: a list reads better than such a cell. */
export function unreadable(page: string): string[] {
  const prose = page.replaceAll(/^ *```.*?^ *```$/gms, '').split('\n');
  return prose.filter((line) =>
    line.startsWith('|') ? line.split(/(?<!\\)\|/).some((cell) => cell.trim().length >= 300) : line.length > 120,
  );
}
