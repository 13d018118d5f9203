/**
 * The yardstick: how fast the service is beside others on one PostgreSQL, whether it stays so as tables grow, and
 * whether it leaks, and which part of it runs short of cores first. Prints tables and asserts right answers; no speed is asserted anywhere.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cleanup } from '../kit/cleanup.ts';
import { installed } from '../kit/contestants.ts';
import { describeMachine, machineLine } from '../kit/machine.ts';
import { type Server, startServer } from '../kit/postgres.ts';
import { runProgram } from '../kit/run-program.ts';
import { figure } from '../kit/text.ts';
import { wrkVersion } from '../kit/wrk.ts';
import { chartOf } from './chart.ts';
import { findingsTable } from './fleet/findings.ts';
import { measureFleets } from './fleet/measure-fleets.ts';
import { growthReport, measureGrowth } from './growth.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { reportOf } from './report.ts';
import { soak, soakReport } from './soak.ts';
import { measureSpeed } from './speed.ts';
import { measureSteps, stepsReport } from './steps.ts';

const ROOT = new URL('../../../', import.meta.url);

await runProgram('bench', async (cleanup) => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return console.log(USAGE);
  mkdirSync(options.folder, { recursive: true });
  await run(options, await startServer(options.folder, cleanup, options.keep), cleanup);
});

async function run(options: Options, server: Server, cleanup: Cleanup): Promise<void> {
  const wrk = await wrkVersion();
  const machine = describeMachine(server.version, wrk);
  const startedAt = new Date().toISOString();
  console.log(`${machineLine(machine)}\n`);
  if (wrk === undefined)
    console.log('wrk is missing (Debian: apt-get install wrk): the slower generator of fixed rates finds the peaks.\n');
  const keep = (name: string, results: object): void => {
    const file = join(options.folder, `${name}.json`);
    writeFileSync(file, `${JSON.stringify({ startedAt, machine, ...results }, null, 2)}\n`);
    console.log(`\nAll figures: ${file}`);
  };

  if (options.reads || options.export) {
    const fleets = await measureFleets(options, server, cleanup);
    for (const { rows, findings } of fleets)
      console.log(`\n${figure(rows)} installations:\n\n${findingsTable(findings)}`);
    return keep('fleet', { fleets });
  }
  if (options.rows.length > 0) {
    const { rounds, seconds, rate } = options;
    // Tables of millions take long: what is known is printed as it comes.
    const series = await measureGrowth(options, server, cleanup, (known, round) =>
      console.log(`After round ${round} of ${rounds}:\n\n${growthReport(known)}\n`),
    );
    console.log(`${rate} requests/s, ${rounds} rounds of ${seconds} s.\n\n${growthReport(series)}`);
    keep('growth', { rate, rounds, seconds, series });
  }
  if (options.memoryMinutes !== undefined) {
    const result = await soak(options, server, cleanup, options.memoryMinutes, wrk !== undefined);
    console.log(soakReport(result));
    keep('memory', result);
  }
  if (options.steps) {
    if (wrk === undefined) throw new Error('--steps needs wrk (Debian: apt-get install wrk)');
    const steps = await measureSteps(options, server, cleanup);
    console.log(stepsReport(steps));
    keep('steps', { steps });
  }
  if (options.rows.length > 0 || options.memoryMinutes !== undefined || options.steps) return;

  const hasWrk = wrk !== undefined;
  const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
  const contestants = installed(options.contestants, console.log);
  const series = await measureSpeed({ options: { ...options, contestants }, server, cleanup, hasWrk, onProgress });
  const { rounds, seconds, warmUp, connections } = options;
  const settings = `${options.allConnections.join(', ')} connections, ${rounds} rounds of ${seconds} s`;
  const report = `${settings}; medians, with the lowest and highest round in parentheses.\n\n${reportOf(series)}`;
  console.log(report);
  const chart = chartOf(series, `${startedAt.slice(0, 10)}, ${settings}. ${machineLine(machine)}`);
  writeFileSync(join(options.folder, 'speed.svg'), chart);
  keep('speed', { rounds, seconds, warmUp, connections, series });
  if (!options.writeDocs) return;
  const page = `# Benchmark\n\nWritten by \`npm run bench -- ${process.argv.slice(2).join(' ')}\` on ${startedAt.slice(0, 10)}.\n\n${machineLine(machine).replace('; ', ';\n')}.\n\n![Requests a second and 99th percentiles](benchmark.svg)\n\n${report}\n`;
  writeFileSync(new URL('docs/benchmark.svg', ROOT), chart);
  writeFileSync(new URL('docs/benchmark.md', ROOT), page);
  console.log('Written: docs/benchmark.svg, docs/benchmark.md');
}
