/**
 * `npm test` runs every check and every suite; with --quick (`npm run verify`), those that need no database.
 * Names of suites run these alone, and TEST_DATABASE_URL those that can run on the server it names. All are run to the end
 * even when one is red; the closing table says what ran on what.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { checkGivenServer, hasGivenServer, whyNot } from './given-server.ts';
import { type Outcome, report } from './outcome.ts';
import { runSuite } from './run-suite.ts';
import { builds, runStaticCheck, staticChecks } from './static-checks.ts';
import { strayTests } from './stray-tests.ts';
import { type Suite, suites } from './suites.ts';

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
const wanted = (suite: Suite) => (values.quick ? suite.quick : !suite.given || hasGivenServer);
const named = ({ name }: Suite) => positionals.includes(name);
const chosen = suites.filter(positionals.length > 0 ? named : wanted);

console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}${requireAll ? ', REQUIRE_ALL' : ''}`);
const outcomes: Outcome[] = [];
for (const build of builds) outcomes.push(await runStaticCheck(build));
if (positionals.length === 0) outcomes.push(strayTests());
const server = hasGivenServer && !values.quick ? await checkGivenServer() : undefined;
if (server !== undefined) outcomes.push(server);
const run = (suite: Suite, quiet = false) => runSuite(suite, { requireAll, quiet, whyNot: whyNot(suite, server) });

// Side by side, each shown when it is done; those that take long start first.
const together = chosen
  .filter((suite) => !suite.alone)
  .toSorted((a, b) => Number(b.long ?? false) - Number(a.long ?? false));
const quiet = chosen.length > 1;
const checks = positionals.length === 0 ? staticChecks : [];
const jobs = [
  ...together.map((suite) => () => run(suite, quiet)),
  ...checks.map((check) => () => runStaticCheck(check)),
];
outcomes.push(...(await allOf(jobs, availableParallelism())));

for (const suite of chosen) if (suite.alone === true) outcomes.push(await run(suite));
const waiting = chosen.filter((suite) => suite.alone === 'waiting');
outcomes.push(
  ...(await allOf(
    waiting.map((suite) => () => run(suite, waiting.length > 1)),
    availableParallelism(),
  )),
);

console.log(report(outcomes));
process.exitCode = outcomes.some(({ failed }) => failed > 0) ? 1 : 0;

/** Runs jobs, a few at a time; the outcomes are in the order of the jobs. */
async function allOf(jobs: readonly (() => Promise<Outcome>)[], atOnce: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = jobs.entries();
  const worker = async () => {
    for (const [index, job] of waiting) outcomes[index] = await job();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcomes;
}
