import { existsSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Where a suite's folder is made; removes it. */
function placeOf(memory?: string): string {
  const folder = temporaryFolder(memory);
  try {
    return dirname(folder.path);
  } finally {
    folder.remove();
  }
}

describe('the temporary folder of a suite', () => {
  it('is where TMPDIR says', () => {
    const wanted = mkdtempSync(join(tmpdir(), 'wanted-'));
    vi.stubEnv('TMPDIR', wanted);
    expect(placeOf()).toBe(wanted);
  });

  it.each(['/nowhere', '/'])('is the usual one where %s is no file system in memory', (memory) => {
    vi.stubEnv('TMPDIR', '');
    expect(placeOf(memory)).toBe(tmpdir());
  });

  it('can be read by the users that servers run as, and is removed with all that is in it', () => {
    const { path, remove } = temporaryFolder();
    expect(statSync(path).mode & 0o777).toBe(0o755);
    mkdirSync(join(path, 'database'));
    writeFileSync(join(path, 'database/file'), 'x');
    remove();
    expect(existsSync(path)).toBe(false);
  });
});
