/**
 * The yardstick: how fast the service is beside others on one PostgreSQL, whether it stays so as tables grow, and
 * whether it leaks. Prints tables and asserts right answers; no speed is asserted anywhere.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartOf } from './chart.ts';
import { Cleanup } from './cleanup.ts';
import { growthReport, measureGrowth } from './growth.ts';
import { describeMachine, machineLine } from './machine.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { type Server, startServer } from './postgres.ts';
import { reportOf } from './report.ts';
import { soak, soakReport } from './soak.ts';
import { measureSpeed } from './speed.ts';
import { wrkVersion } from './wrk.ts';

const ROOT = new URL('../../../', import.meta.url);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return console.log(USAGE);
  mkdirSync(options.folder, { recursive: true });
  const cleanup = new Cleanup();
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => void cleanup.run().finally(() => process.exit(code)));
  }
  try {
    await run(options, await startServer(options.folder, cleanup), cleanup);
  } finally {
    await cleanup.run();
  }
}

async function run(options: Options, server: Server, cleanup: Cleanup): Promise<void> {
  const wrk = await wrkVersion();
  const machine = describeMachine(server.version, wrk);
  const startedAt = new Date().toISOString();
  console.log(`${machineLine(machine)}\n`);
  if (wrk === undefined)
    console.log('wrk is missing (Debian: apt-get install wrk): autocannon finds the peak rates.\n');
  const keep = (name: string, results: object): void => {
    const file = join(options.folder, `${name}.json`);
    writeFileSync(file, `${JSON.stringify({ startedAt, machine, ...results }, null, 2)}\n`);
    console.log(`\nAll figures: ${file}`);
  };

  if (options.rows.length > 0) {
    const { rounds, seconds, rate } = options;
    const series = await measureGrowth(options, server, cleanup);
    console.log(`${rate} requests/s, ${rounds} rounds of ${seconds} s.\n\n${growthReport(series)}`);
    keep('growth', { rate, rounds, seconds, series });
  }
  if (options.memoryMinutes !== undefined) {
    const result = await soak(options, server, cleanup, options.memoryMinutes, wrk !== undefined);
    console.log(soakReport(result));
    keep('memory', result);
  }
  if (options.rows.length > 0 || options.memoryMinutes !== undefined) return;

  const hasWrk = wrk !== undefined;
  const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
  const series = await measureSpeed({ options, server, cleanup, hasWrk, onProgress });
  const { rounds, seconds, warmUp, connections } = options;
  const settings = `${connections} connections, ${rounds} rounds of ${seconds} s`;
  const report = `${settings}; medians, with the lowest and highest round in parentheses.\n\n${reportOf(series)}`;
  console.log(report);
  const chart = chartOf(series, `${startedAt.slice(0, 10)}, ${settings}. ${machineLine(machine)}`);
  writeFileSync(join(options.folder, 'speed.svg'), chart);
  keep('speed', { rounds, seconds, warmUp, connections, series });
  if (!options.writeDocs) return;
  const page = `# Benchmark\n\nWritten by \`npm run bench -- ${process.argv.slice(2).join(' ')}\` on ${startedAt.slice(0, 10)}.\n\n${machineLine(machine)}.\n\n![Requests a second and 99th percentiles](benchmark.svg)\n\n${report}\n`;
  writeFileSync(new URL('docs/benchmark.svg', ROOT), chart);
  writeFileSync(new URL('docs/benchmark.md', ROOT), page);
  console.log('Written: docs/benchmark.svg, docs/benchmark.md');
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
