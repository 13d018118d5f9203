import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GENERATED, generateClient } from './generate-client.ts';

function filesOf(folder: string): Record<string, string> {
  const paths = globSync('**/*.ts', { cwd: folder }).toSorted();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

it('the client is what the generator makes of the OpenAPI document; if not: npm run generate-client', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polaris-generated-client-'));
  try {
    await generateClient(join(folder, 'generated'));
    const expected = filesOf(join(folder, 'generated'));
    expect(Object.keys(expected)).toContain('operations.ts');
    expect(filesOf(GENERATED)).toEqual(expected);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
