import { globSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { isScalar, parseAllDocuments, parseDocument, visit } from 'yaml';
import { checkout, pages, read } from './documents.ts';

const files = globSync(['docker/*.yaml', 'docs/**/*.{yaml,yml}'], { cwd: checkout });
const examples = pages.flatMap((page) =>
  [...read(page).matchAll(/^```yaml[^\n]*\n(.*?)^```$/gms)].map(([, example = '']) => ({ page, example })),
);

test.each(files)('%s is YAML', (file) => {
  const { errors, warnings } = parseDocument(read(file));
  expect([...errors, ...warnings]).toEqual([]);
});

test('the examples on pages are YAML', () => {
  expect(examples.length).toBeGreaterThan(2);
  for (const { page, example } of examples) {
    for (const { errors, warnings } of parseAllDocuments(example)) expect([...errors, ...warnings], page).toEqual([]);
  }
});

describe.each(files.filter((file) => file.startsWith('docker/')))('%s', (file) => {
  // An unquoted command with a colon and a space is a mapping, which Compose refuses.
  it('lists only texts, as commands and health checks', () => {
    const items: unknown[] = [];
    visit(parseDocument(read(file), { merge: true }), { Seq: (_key, { items: of }) => void items.push(...of) });
    expect(items.length).toBeGreaterThan(10);
    for (const item of items) expect(isScalar(item) && typeof item.value, String(item)).toBe('string');
  });
});
