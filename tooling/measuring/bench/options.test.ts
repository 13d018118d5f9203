import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const BENCH = join(import.meta.dirname, 'main.ts');

it.each([
  [['--goals', '--contestants', 'ours'], "'--goals' cannot be used with option '--contestants <a,b>'"],
  [['--goals', '--reads'], "'--goals' cannot be used with option '--reads'"],
  [['--resume', '--rows', '10'], "'--resume' cannot be used with option '--rows <a,b,c>'"],
])('refuses %j: one of them would not count', (options, refusal) => {
  const { status, stderr } = spawnSync(process.execPath, [BENCH, ...options], { encoding: 'utf8', timeout: 20_000 });
  expect(stderr).toContain(refusal);
  expect(status).toBe(1);
});
