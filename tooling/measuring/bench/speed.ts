import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildDigest } from '../kit/build-digest.ts';
import { checkAnswers } from '../kit/check.ts';
import { type Contestant, installed, startOnNewDatabase, startService } from '../kit/contestants.ts';
import { KINDS, OPERATIONS, type Operation, operationsOf } from '../kit/kinds.ts';
import type { Server } from '../kit/postgres.ts';
import { residentBytes } from '../kit/proc.ts';
import { templatesFor } from '../kit/requests.ts';
import { removeAdded, seed } from '../kit/schema.ts';
import { sendLoad } from '../kit/send-load.ts';
import { spreadOf } from '../kit/statistics.ts';
import { wrkVersion } from '../kit/wrk.ts';
import { chartOf } from './chart.ts';
import { goalsTable, type Needs } from './goals.ts';
import { KeptFigures } from './kept-figures.ts';
import type { Options } from './options.ts';
import { isOf, planOf, type Step } from './plan.ts';
import { reportOf, type Series } from './report.ts';
import { POPULATION, StepMeasurement } from './step-measurement.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
/** Percentiles are measured at this fraction of the floor's peak, so that every contestant meets the same load. */
const LATENCY_LOAD = 0.6;
const STARTS = 5;
const CROWD = 512;
const CROWD_SECONDS = 3;
/** A process that has just started still tidies up. */
const SETTLES_MILLISECONDS = 2_000;

/**
 * Compares the contestants side by side, one loaded at a time. Prints each step when it is done, and keeps it; draws the
 * result, with `--write-docs` into docs/ too.
 */
export async function measureSpeed(options: Options, server: Server, day: string, machine: string): Promise<object> {
  const { rounds, seconds, warmUp, folder } = options;
  const kept = new KeptFigures(folder, { rounds, seconds, warmUp, build: buildDigest() }, options.resume);
  const plan = planOf(options, (names) => installed(names, console.log)).filter(
    ({ mode }) => wrkVersion !== undefined || !/tokens/.test(mode),
  );
  const missing = plan.filter((step) => kept.of(step) === undefined);
  console.log(`${plan.length} steps, ${missing.length} of them to be measured.\n`);
  if (missing.length > 0 || (options.goals && kept.needs === undefined))
    await measureAll(options, server, kept, missing);

  const { series, needs } = kept;
  const connections = [...new Set(series.map((one) => one.connections))].toSorted((a, b) => a - b);
  const settings = `${connections.join(', ')} connections, ${rounds} rounds of ${seconds} s`;
  const goals = goalsTable(series, needs);
  const report = `${settings}; medians, with the lowest and highest round in parentheses.\n\n${reportOf(series)}`;
  console.log(`${report}\n\n${goals}`);
  const chart = chartOf(
    series,
    `${day}, ${series[0]?.connections} connections, ${rounds} rounds of ${seconds} s. ${machine}`,
  );
  writeFileSync(join(folder, 'speed.svg'), chart);
  if (options.writeDocs) {
    const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`;
    const page = `# Benchmark\n\nWritten on ${day} by\n\`${command}\`.\n\n${machine.replace('; ', ';\n')}.\n\n![Requests a second and 99th percentiles](benchmark.svg)\n\n## Goals\n\nMedians; all figures of a row have to meet its goal.\n\n${goals}\n\n## Figures\n\n${report}\n`;
    writeFileSync(new URL('benchmark.svg', DOCS), chart);
    writeFileSync(new URL('benchmark.md', DOCS), page);
    console.log('Written: docs/benchmark.svg, docs/benchmark.md');
  }
  return { rounds, seconds, warmUp, needs, series };
}

async function measureAll(options: Options, server: Server, kept: KeptFigures, steps: readonly Step[]): Promise<void> {
  const kinds = [...new Set(steps.map(({ kind }) => kind))];
  const operations = [...new Set(steps.map(({ operation }) => operation))];
  const contestants: Contestant[] = [];
  for (const name of new Set(['ours' as const, ...steps.flatMap((step) => step.contestants)])) {
    const contestant = await startOnNewDatabase(server, { name });
    for (const kind of kinds) await seed(contestant.pool, kind, POPULATION);
    contestants.push(contestant);
  }
  const check = async (): Promise<void> => {
    for (const kind of kinds) {
      for (const contestant of contestants) {
        await removeAdded(contestant.pool, kind);
        await checkAnswers(contestant, kind, operationsOf(kind, operations), [0, 17, 298]);
        await removeAdded(contestant.pool, kind);
      }
    }
  };

  const [ours] = contestants;
  if (options.goals && kept.needs === undefined && ours !== undefined) kept.addNeeds(await needsOf(server, ours));
  await check();
  for (const step of steps) {
    const theirs = contestants.filter(({ name }) => step.contestants.includes(name));
    const rate = step.mode === 'fixed rate' ? rateFor(step, kept.series) : undefined;
    const series = await new StepMeasurement(options, theirs, step, rate).run();
    kept.add(step, series);
    console.log(`${reportOf(series)}\n`);
  }
  await check();
}

/** Returns what every contestant can be asked for, in requests a second. */
function rateFor(step: Step, series: readonly Series[]): number {
  const peaks = series.filter((one) => isOf({ ...step, mode: 'peak' }, one));
  const reference = peaks.find(({ contestant }) => contestant === 'floor') ?? peaks[0];
  const { median } = spreadOf(reference?.rounds.map(({ requestsPerSecond }) => requestsPerSecond) ?? []);
  return Math.round(median * LATENCY_LOAD);
}

/** Starts further processes on the database of one that serves. */
async function needsOf(server: Server, { database }: Contestant): Promise<Needs> {
  const starts: number[] = [];
  let idle = Number.NaN;
  for (let start = 0; start < STARTS; start += 1) {
    const contestant = await startService(server, database);
    starts.push(contestant.startMilliseconds);
    if (start === STARTS - 1) {
      await sleep(SETTLES_MILLISECONDS);
      idle = mebibytesOf(contestant);
    }
    await contestant.stop();
  }
  return { starts, idle, crowded: wrkVersion === undefined ? {} : await crowdedOf(server, database) };
}

/** Sends each operation to one new process, in turn. */
async function crowdedOf(server: Server, database: Contestant['database']): Promise<Needs['crowded']> {
  const contestant = await startService(server, database);
  const crowded: Partial<Record<Operation, number>> = {};
  for (const operation of OPERATIONS) {
    const templates = templatesFor(KINDS.patient, operation, POPULATION);
    await sendLoad(contestant, { templates, connections: CROWD, seconds: CROWD_SECONDS });
    crowded[operation] = mebibytesOf(contestant);
    await removeAdded(contestant.pool, KINDS.patient);
  }
  await contestant.stop();
  return crowded;
}

function mebibytesOf({ pid }: Contestant): number {
  return (residentBytes(pid) ?? Number.NaN) / 2 ** 20;
}
