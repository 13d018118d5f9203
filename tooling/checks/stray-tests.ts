import { globSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import type { Outcome } from './outcome.ts';
import { checkout } from './run-program.ts';
import { filesOf, type Suite, suites } from './suites.ts';

/** That every test file is in exactly one suite: one in none would never run, and nobody would notice. */
export function strayTests(): Outcome {
  const started = performance.now();
  const files = globSync('**/*.test.*', { cwd: checkout, exclude: ['**/node_modules', '**/dist', '.git', '**/.data'] });
  const stray = files.filter((file) => suites.filter((suite) => holds(suite, file)).length !== 1);
  for (const file of stray) console.log(`✗ ${file} is not in exactly one suite of tooling/checks/suites.ts`);
  const red = stray.length > 0 || files.length === 0;
  return {
    title: 'every test file is in one suite',
    on: 'tooling/checks/suites.ts',
    passed: red ? 0 : 1,
    failed: red ? 1 : 0,
    skipped: 0,
    seconds: (performance.now() - started) / 1000,
    remark: 'see above',
  };
}

export function holds(suite: Suite, file: string): boolean {
  const { include, exclude } = filesOf(suite);
  const matches = (pattern: string) => matchesGlob(file, `${suite.folder}/${pattern}`);
  return include.some(matches) && !exclude.some(matches);
}
