import { progressBar } from '../../terminal.ts';
import type { Cleanup } from '../kit/cleanup.ts';
import { type Contestant, startContestant, startOnNewDatabase } from '../kit/contestants.ts';
import { OPERATIONS, operationsOf } from '../kit/kinds.ts';
import { assertAllAnswered, type Load, takeSerials } from '../kit/load.ts';
import { runAtRate, runClosedLoop } from '../kit/open-loop.ts';
import type { Population } from '../kit/population.ts';
import type { Server } from '../kit/postgres.ts';
import { residentBytes } from '../kit/proc.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { seed } from '../kit/schema.ts';
import { figure, table } from '../kit/text.ts';
import { newIssuer } from '../kit/tokens.ts';
import { runWrk } from '../kit/wrk.ts';
import type { Options } from './options.ts';

const POPULATION: Population = { owners: 300, recordsPerOwner: 10 };
const PART_OF_FULL_LOAD = 0.6;
const PART_LOAD_SECONDS = 30;

export interface SoakResult {
  readonly minutes: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Bytes; undefined where they cannot be known. */
  readonly residentAfterMinute: number | undefined;
  readonly residentAtEnd: number | undefined;
  readonly residentHighest: number | undefined;
  /** 99th percentile of the event loop's delay at 60 % of the full load, according to the service's own metrics. */
  readonly eventLoopDelayMilliseconds: number;
  /** From the start of a process on an existing database to its first answer. */
  readonly startMilliseconds: number;
}

/** All operations mixed, as fast as they are answered, for minutes: what stays in memory, and how busy the event loop is. */
export async function soak(
  options: Options,
  server: Server,
  cleanup: Cleanup,
  minutes: number,
  hasWrk: boolean,
): Promise<SoakResult> {
  const issuer = newIssuer();
  const first = await startOnNewDatabase({ name: 'ours', server, issuer, folder: options.folder, cleanup });
  for (const kind of options.kinds) await seed(first.pool, kind, POPULATION);
  await first.stop();
  const contestant = await startContestant({
    name: 'ours',
    server,
    database: first.database,
    issuer,
    folder: options.folder,
    cleanup,
  });
  const templates = interleave(
    options.kinds.flatMap((kind) =>
      operationsOf(kind, OPERATIONS).map((operation) => templatesFor(kind, operation, POPULATION, issuer)),
    ),
  );
  const load = (seconds: number): Load => ({
    port: contestant.port,
    connections: options.connections,
    seconds,
    templates,
    owners: POPULATION.owners,
    firstSerial: takeSerials(),
    folder: options.folder,
  });

  const watch = watchMemory(contestant, minutes * 60);
  const full = await (hasWrk ? runWrk(load(minutes * 60)) : runClosedLoop(load(minutes * 60)));
  const memory = watch.stop();
  assertAllAnswered(contestant.name, full);
  const requestsPerSecond = full.requestsPerSecond;

  // Reading the metrics begins a new interval of the event loop's histogram.
  await eventLoopDelay(contestant);
  const part = await runAtRate(load(PART_LOAD_SECONDS), Math.round(requestsPerSecond * PART_OF_FULL_LOAD));
  assertAllAnswered(contestant.name, part);
  const delay = await eventLoopDelay(contestant);
  return {
    minutes,
    requests: full.requests,
    requestsPerSecond,
    residentAfterMinute: memory.at(Math.min(60, memory.length) - 1),
    residentAtEnd: memory.at(-1),
    residentHighest: memory.length === 0 ? undefined : Math.max(...memory),
    eventLoopDelayMilliseconds: delay * 1000,
    startMilliseconds: contestant.startMilliseconds,
  };
}

/** One of each operation in turn. */
function interleave(lists: readonly (readonly RequestTemplate[])[]): RequestTemplate[] {
  const [longest = []] = lists.toSorted((a, b) => b.length - a.length);
  return longest.flatMap((_, index) => lists.flatMap((list) => list[index] ?? []));
}

/** Reads the process's memory each second until stopped. */
function watchMemory(contestant: Contestant, seconds: number): { stop(): number[] } {
  const taken: number[] = [];
  const show = progressBar('full load');
  const timer = setInterval(() => {
    const bytes = residentBytes(contestant.pid);
    if (bytes !== undefined) taken.push(bytes);
    if (taken.length % 10 === 0) contestant.truncateLog();
    show(Math.min(taken.length, seconds), seconds);
  }, 1000);
  return {
    stop() {
      clearInterval(timer);
      return taken;
    },
  };
}

/** Seconds, from the service's metrics since they were last read. */
async function eventLoopDelay(contestant: Contestant): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${contestant.port}/metrics`);
  const value = /^nodejs_eventloop_lag_p99_seconds(?:\{.*\})? (\S+)$/m.exec(await response.text())?.[1];
  if (value === undefined) throw new Error('/metrics has no nodejs_eventloop_lag_p99_seconds');
  return Number(value);
}

export function soakReport(result: SoakResult): string {
  const mebibytes = (bytes: number | undefined): string => figure((bytes ?? Number.NaN) / 2 ** 20);
  const growth = (result.residentAtEnd ?? Number.NaN) / (result.residentAfterMinute ?? Number.NaN);
  return table([
    [`${result.minutes} minutes at full load`, 'measured'],
    ['requests', figure(result.requests)],
    ['requests/s', figure(result.requestsPerSecond)],
    ['memory after 1 minute, MiB', mebibytes(result.residentAfterMinute)],
    ['memory at the end, MiB', mebibytes(result.residentAtEnd)],
    ['highest, MiB', mebibytes(result.residentHighest)],
    ['end / after 1 minute', figure(growth)],
    ['event loop delay p99 at 60 % load, ms', figure(result.eventLoopDelayMilliseconds)],
    ['start to first answer on an existing database, ms', figure(result.startMilliseconds)],
  ]);
}
