import { globSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import type { Outcome } from './outcome.ts';
import { checkout } from './run-program.ts';
import { type Suite, suites } from './suites.ts';

/** Checks that every test file is in a suite: a stray one would never run, and no one would notice. */
export function strayTests(): Outcome {
  const started = performance.now();
  const files = globSync('**/*.test.{ts,mts,cts,js,mjs,cjs}', {
    cwd: checkout,
    exclude: ['**/node_modules', '**/dist', '.git', '**/.data'],
  });
  const stray = files.filter((file) => !suites.some((suite) => holds(suite, file)));
  for (const file of stray) console.log(`✗ ${file} is in no suite of tooling/checks/suites.ts`);
  const red = stray.length > 0 || files.length === 0;
  return {
    title: 'every test file is in a suite',
    on: 'tooling/checks/suites.ts',
    passed: red ? 0 : 1,
    failed: red ? 1 : 0,
    skipped: 0,
    seconds: (performance.now() - started) / 1000,
    remark: 'see above',
  };
}

export function holds({ folder, include, exclude = [] }: Suite, file: string): boolean {
  const matches = (pattern: string) => matchesGlob(file, `${folder}/${pattern}`);
  return include.some(matches) && !exclude.some(matches);
}
