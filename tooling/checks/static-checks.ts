import type { Outcome } from './outcome.ts';
import { runScript } from './run-program.ts';

/** A check that reads the sources without running them. It counts as one test. */
export interface StaticCheck {
  readonly title: string;
  readonly on: string;
  /** A Node script of the checkout and its arguments; exit code 0 means that all is well. */
  readonly run: readonly string[];
}

/** They go first: packages see each other's built files, and tests start the service. */
export const builds: readonly StaticCheck[] = [
  { title: 'build', on: 'TypeScript', run: ['node_modules/typescript/bin/tsc', '-b'] },
  { title: 'bundle', on: 'Rolldown', run: ['tooling/bundle.ts'] },
];

export const staticChecks: readonly StaticCheck[] = [
  {
    title: 'format and lint',
    on: 'Biome',
    run: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '--max-diagnostics=10', '.'],
  },
  { title: 'layer rules', on: 'dependency-cruiser', run: ['tooling/layers/check.ts'] },
  { title: 'types of tests and tools', on: 'TypeScript', run: ['node_modules/turbo/bin/turbo', 'run', 'typecheck'] },
  { title: 'types of the tooling', on: 'TypeScript', run: ['node_modules/typescript/bin/tsc', '-p', 'tooling'] },
  { title: 'unused files, exports, dependencies', on: 'knip', run: ['node_modules/knip/bin/knip.js'] },
];

export async function runStaticCheck({ title, on, run }: StaticCheck): Promise<Outcome> {
  const { code, output, seconds } = await runScript(run, { quiet: true });
  const ok = code === 0;
  console.log(`${ok ? '✓' : '✗'} ${title} (${seconds.toFixed(1)} s)`);
  if (!ok) console.log(`${output.trim()}\n`);
  return { title, on, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, seconds, remark: 'see above' };
}
