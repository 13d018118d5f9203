import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from './needs.ts';
import type { Outcome } from './outcome.ts';
import { checkout, runScript } from './run-program.ts';
import type { Suite } from './suites.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The part of vitest's JSON report that is read here. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

/**
 * Runs one suite, or says why not: `whyNot`, or a tool that it needs. A quiet one is shown when it is done. Failing tests, files that do not load, errors
 * outside tests, and a suite in which nothing ran are red: a check that cannot find its tests guards nothing.
 */
export async function runSuite(
  suite: Suite,
  { requireAll, quiet = false, whyNot }: { requireAll: boolean; quiet?: boolean; whyNot?: string | undefined },
): Promise<Outcome> {
  const wanted = suite.needs ?? [];
  const tools = await Promise.all(wanted.map((name) => needs[name].find()));
  const on = [suite.on, suite.given && 'TEST_DATABASE_URL', ...tools].filter(Boolean).join(', ');
  const nothing = { title: suite.title, on, passed: 0, failed: 0, skipped: 0, seconds: 0 };
  const missing = wanted.filter((_, index) => tools[index] === undefined).map((name) => needs[name].name);
  const remark = whyNot ?? (missing.length > 0 ? `needs ${missing.join(', ')}` : undefined);
  if (remark !== undefined) {
    return requireAll
      ? { ...nothing, failed: 1, remark: `${remark}, and REQUIRE_ALL is set` }
      : { ...nothing, notRun: true, remark };
  }
  const announcement = `\n▶ ${suite.title}, on ${on}`;
  if (!quiet) console.log(announcement);
  const temporary = temporaryFolder();
  try {
    const file = join(temporary.path, 'results.json');
    const { code, output, seconds } = await runScript(
      [
        join(checkout, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--project',
        suite.name,
        '--reporter=dot',
        '--reporter=json',
        `--outputFile.json=${file}`,
      ],
      { folder: suite.folder, quiet, env: { TMPDIR: temporary.path } },
    );
    if (quiet) console.log(`${announcement}\n${output.trim()}`);
    return { ...nothing, seconds, ...judge(read(file), code) };
  } finally {
    temporary.remove();
  }
}

export function judge(
  results: Results | undefined,
  code: number,
): Pick<Outcome, 'passed' | 'failed' | 'skipped'> & { remark?: string } {
  if (results === undefined) return { passed: 0, failed: 1, skipped: 0, remark: 'it ended without results' };
  const counted = {
    passed: results.numPassedTests,
    failed: results.numFailedTests,
    skipped: results.numPendingTests + results.numTodoTests,
  };
  if (counted.failed > 0) return counted;
  if (counted.passed === 0) return { ...counted, failed: 1, remark: 'no test ran' };
  return code === 0 ? counted : { ...counted, failed: 1, remark: 'a file or a hook failed, see above' };
}

function read(file: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Results;
  } catch {
    return undefined;
  }
}
