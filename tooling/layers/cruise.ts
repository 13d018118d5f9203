import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folders with rules, from the top of a checkout. */
const LAYERS = ['packages/*/src', 'packages/*/testing', 'packages/*/test', 'apps/*/src', 'apps/*/test'];

const depcruise = fileURLToPath(
  new URL('../../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url),
);
const rules = fileURLToPath(new URL('rules.cjs', import.meta.url));

export interface Breach {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** Checks a checkout's imports against the layer rules. */
export function cruise(checkout: string): { readonly modules: number; readonly breaches: readonly Breach[] } {
  const run = spawnSync(process.execPath, [depcruise, '--config', rules, '--output-type', 'json', ...LAYERS], {
    cwd: checkout,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser failed: ${run.stdout}${run.stderr}`);
  const { summary } = JSON.parse(run.stdout) as {
    summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] };
  };
  return {
    modules: summary.totalCruised,
    breaches: summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, from, to })),
  };
}
