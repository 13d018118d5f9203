/**
 * `npm test` runs every check and every suite there is; with --quick (`npm run verify`) those that need no database.
 * Names of suites run these alone. All are run to the end even when one is red; the closing table says what ran on what.
 */
import { parseArgs } from 'node:util';
import { type Outcome, report } from './outcome.ts';
import { runSuite } from './run-suite.ts';
import { runStaticChecks } from './static-checks.ts';
import { strayTests } from './stray-tests.ts';
import { suites } from './suites.ts';

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`No such suite: ${unknown.join(', ')}. There are: ${suites.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const requireAll = ['1', 'true'].includes(process.env['REQUIRE_ALL'] ?? '');
const chosen = suites.filter(({ name, quick }) =>
  positionals.length > 0 ? positionals.includes(name) : !values.quick || quick === true,
);

console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}${requireAll ? ', REQUIRE_ALL' : ''}`);
const outcomes: Outcome[] = positionals.length > 0 ? [] : [...(await runStaticChecks()), strayTests()];
for (const suite of chosen) outcomes.push(await runSuite(suite, requireAll));
console.log(report(outcomes));
process.exitCode = outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
