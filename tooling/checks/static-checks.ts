import type { Outcome } from './outcome.ts';
import { runScript } from './run-program.ts';

/** The checks that read the sources without running them, quickest first. Each counts as one test. */
const checks: readonly { readonly title: string; readonly on: string; readonly run: readonly string[] }[] = [
  {
    title: 'format and lint',
    on: 'Biome',
    run: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '--max-diagnostics=10', '.'],
  },
  { title: 'build', on: 'TypeScript', run: ['node_modules/typescript/bin/tsc', '-b'] },
  { title: 'layer rules', on: 'dependency-cruiser', run: ['tooling/layers/check.ts'] },
  { title: 'types of tests and tools', on: 'TypeScript', run: ['node_modules/turbo/bin/turbo', 'run', 'typecheck'] },
  { title: 'types of the tooling', on: 'TypeScript', run: ['node_modules/typescript/bin/tsc', '-p', 'tooling'] },
  { title: 'unused files, exports, dependencies', on: 'knip', run: ['node_modules/knip/bin/knip.js'] },
];

export async function runStaticChecks(): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { title, on, run } of checks) {
    const { code, output, seconds } = await runScript(run, { quiet: true });
    const ok = code === 0;
    console.log(`${ok ? '✓' : '✗'} ${title} (${seconds.toFixed(1)} s)`);
    if (!ok) console.log(`${output.trim()}\n`);
    outcomes.push({ title, on, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, seconds, remark: 'see above' });
  }
  return outcomes;
}
