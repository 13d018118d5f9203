import type { Env } from '../../config/read-settings.js';
import { CHECKS } from './checks.js';
import { examine } from './examine.js';
import { type Finding, runChecks } from './finding.js';

/**
 * `main.js doctor`: examines settings, database and key server, and prints what it found and what to do about it to
 * standard output.
 *
 * @returns the exit code: 0 healthy, 1 warnings, 2 failures
 */
export async function doctor(
  env: Env,
  readFile: (path: string) => string,
  { json }: { readonly json: boolean },
): Promise<number> {
  const findings = runChecks(CHECKS, await examine(env, readFile));
  const [failures, warnings] = [count(findings, 'failure'), count(findings, 'warning')];
  const text = json
    ? JSON.stringify({ healthy: failures + warnings === 0, failures, warnings, findings }, undefined, 2)
    : [...findings.map(describe), `Failures: ${failures}, warnings: ${warnings}.`].join('\n');
  process.stdout.write(`${text}\n`);
  return failures > 0 ? 2 : warnings > 0 ? 1 : 0;
}

function count(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((finding) => finding.level === level).length;
}

function describe({ check, level, what, remedy }: Finding): string {
  const head = `${level.padEnd(12)}  ${check}`;
  return what === undefined ? head : `${head}: ${what}\n${' '.repeat(14)}${remedy}`;
}
