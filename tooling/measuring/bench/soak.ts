import { progressBar } from '../../terminal.ts';
import { type Contestant, startOnNewDatabase, startService } from '../kit/contestants.ts';
import { OPERATIONS, operationsOf } from '../kit/kinds.ts';
import type { Population } from '../kit/population.ts';
import type { Server } from '../kit/postgres.ts';
import { residentBytes } from '../kit/proc.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { seed } from '../kit/schema.ts';
import { sendLoad } from '../kit/send-load.ts';
import { figure, table } from '../kit/text.ts';
import type { Options } from './options.ts';

const POPULATION: Population = { owners: 300, recordsPerOwner: 10 };
const PART_OF_FULL_LOAD = 0.6;
const PART_LOAD_SECONDS = 30;

/** Sends all operations mixed at full speed for minutes: measures what stays in memory, and the event loop's delay. */
export async function measureSoak({ kinds, connections }: Options, server: Server, minutes: number): Promise<object> {
  const first = await startOnNewDatabase(server, { name: 'ours' });
  for (const kind of kinds) await seed(first.pool, kind, POPULATION);
  await first.stop();
  const contestant = await startService(server, first.database);
  const templates = interleave(
    kinds.flatMap((kind) =>
      operationsOf(kind, OPERATIONS).map((operation) => templatesFor(kind, operation, POPULATION)),
    ),
  );

  const watch = watchMemory(contestant, minutes * 60);
  const full = await sendLoad(contestant, { templates, connections, seconds: minutes * 60 });
  const memory = watch.stop();
  // Reading the metrics begins a new interval of the event loop's histogram.
  await eventLoopDelay(contestant);
  const rate = Math.round(full.requestsPerSecond * PART_OF_FULL_LOAD);
  await sendLoad(contestant, { templates, connections, seconds: PART_LOAD_SECONDS, rate });
  const result = {
    minutes,
    requests: full.requests,
    requestsPerSecond: full.requestsPerSecond,
    /** Bytes; undefined without /proc. */
    residentAfterMinute: memory.at(Math.min(60, memory.length) - 1),
    residentAtEnd: memory.at(-1),
    residentHighest: memory.length === 0 ? undefined : Math.max(...memory),
    /** 99th percentile at 60 % of the full load, according to the service's own metrics. */
    eventLoopDelayMilliseconds: 1000 * (await eventLoopDelay(contestant)),
    /** From the start of a process on an existing database to its first answer. */
    startMilliseconds: contestant.startMilliseconds,
  };
  const mebibytes = (bytes = Number.NaN): string => figure(bytes / 2 ** 20);
  console.log(
    table([
      [`${minutes} minutes at full load`, 'measured'],
      ['requests', figure(result.requests)],
      ['requests/s', figure(result.requestsPerSecond)],
      ['memory after 1 minute, MiB', mebibytes(result.residentAfterMinute)],
      ['memory at the end, MiB', mebibytes(result.residentAtEnd)],
      ['highest, MiB', mebibytes(result.residentHighest)],
      ['end / after 1 minute', figure((memory.at(-1) ?? Number.NaN) / (result.residentAfterMinute ?? Number.NaN))],
      ['event loop delay p99 at 60 % load, ms', figure(result.eventLoopDelayMilliseconds)],
      ['start to first answer on an existing database, ms', figure(result.startMilliseconds)],
    ]),
  );
  return result;
}

/** Takes one of each operation in turn. */
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
