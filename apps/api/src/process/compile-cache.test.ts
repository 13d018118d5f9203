import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MODULE = new URL('./compile-cache.ts', import.meta.url).href;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'polaris-cache-'));
  mkdirSync(join(home, 'elsewhere'), { mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true }));

/** Whether a new process uses the folder. */
async function isUsed(folder: string): Promise<boolean> {
  const program = `
    import { cacheCompiledCode } from '${MODULE}';
    import { getCompileCacheDir } from 'node:module';
    cacheCompiledCode(new URL('${pathToFileURL(join(home, folder))}/'));
    console.log(getCompileCacheDir() !== undefined);`;
  const env = { ...process.env, NODE_COMPILE_CACHE: '' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env });
  return stdout.trim() === 'true';
}

test('compiled code is kept in a new folder of our own', async () => {
  expect(await isUsed('new')).toBe(true);
  expect(await isUsed('new')).toBe(true);
});

test.each([
  ['that others may write to', () => chmodSync(join(home, 'elsewhere'), 0o777)],
  ['that its group may write to', () => chmodSync(join(home, 'elsewhere'), 0o770)],
])('nothing is kept in a folder %s', async (_, prepare) => {
  expect(await isUsed('elsewhere')).toBe(true);
  prepare();
  expect(await isUsed('elsewhere')).toBe(false);
});

test('nothing is kept behind a link, in a file or where there is no place', async () => {
  symlinkSync(join(home, 'elsewhere'), join(home, 'link'));
  writeFileSync(join(home, 'file'), '');
  expect(await isUsed('link')).toBe(false);
  expect(await isUsed('file')).toBe(false);
  expect(await isUsed('missing/folder')).toBe(false);
  expect(existsSync(join(home, 'missing'))).toBe(false);
});
