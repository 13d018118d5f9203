import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkAnswers } from '../kit/check.ts';
import { type Contestant, installed, startOnNewDatabase } from '../kit/contestants.ts';
import { costOf } from '../kit/cost.ts';
import { type Kind, type Operation, operationsOf } from '../kit/kinds.ts';
import { type FreshTokens, type Load, type LoadResult, sendLoad } from '../kit/load.ts';
import { ownerId, type Population } from '../kit/population.ts';
import type { Server } from '../kit/postgres.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { inTurns } from '../kit/rounds.ts';
import { countAdded, countPatched, removeAdded, seed, settle } from '../kit/schema.ts';
import { spreadOf } from '../kit/statistics.ts';
import { signToken } from '../kit/tokens.ts';
import { wrkVersion } from '../kit/wrk.ts';
import { chartOf } from './chart.ts';
import type { Options } from './options.ts';
import { type Measurement, type Mode, reportOf, type Series } from './report.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
const POPULATION: Population = { owners: 300, recordsPerOwner: 10 };
/** Percentiles are measured at this fraction of the floor's peak, so that every contestant meets the same load. */
const LATENCY_LOAD = 0.6;
const LAST_REQUESTS_MILLISECONDS = 200;
/** A measurement is repeated if other programs use more of the machine than this. */
const DISTURBED_CORES = 0.2;
const MOST_ATTEMPTS = 4;

/** One in so many requests carries a new token: each phone has its own, and calls once per launch. */
const FRESH: Readonly<Partial<Record<Mode, number>>> = { 'peak, fresh tokens': 10, 'peak, new tokens': 1 };

/** Compares the contestants side by side, one loaded at a time; prints and draws the result, with `--write-docs` into docs/ too. */
export async function measureSpeed(options: Options, server: Server, day: string, machine: string): Promise<object> {
  const { rounds, seconds, warmUp, connections, folder } = options;
  const series = await measureAll({ ...options, contestants: installed(options.contestants, console.log) }, server);
  const settings = `${options.allConnections.join(', ')} connections, ${rounds} rounds of ${seconds} s`;
  const report = `${settings}; medians, with the lowest and highest round in parentheses.\n\n${reportOf(series)}`;
  console.log(report);
  const chart = chartOf(series, `${day}, ${settings}. ${machine}`);
  writeFileSync(join(folder, 'speed.svg'), chart);
  if (options.writeDocs) {
    const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`;
    const page = `# Benchmark\n\nWritten by \`${command}\` on ${day}.\n\n${machine.replace('; ', ';\n')}.\n\n![Requests a second and 99th percentiles](benchmark.svg)\n\n${report}\n`;
    writeFileSync(new URL('benchmark.svg', DOCS), chart);
    writeFileSync(new URL('benchmark.md', DOCS), page);
    console.log('Written: docs/benchmark.svg, docs/benchmark.md');
  }
  return { rounds, seconds, warmUp, connections, series };
}

async function measureAll(options: Options, server: Server): Promise<Series[]> {
  const contestants: Contestant[] = [];
  for (const name of options.contestants) {
    const contestant = await startOnNewDatabase(server, { name });
    for (const kind of options.kinds) await seed(contestant.pool, kind, POPULATION);
    contestants.push(contestant);
  }
  const check = async (): Promise<void> => {
    for (const kind of options.kinds) {
      for (const contestant of contestants) {
        await removeAdded(contestant.pool, kind);
        await checkAnswers(contestant, kind, operationsOf(kind, options.operations), [0, 17, 298]);
        await removeAdded(contestant.pool, kind);
      }
    }
  };

  await check();
  const all: Series[] = [];
  for (const kind of options.kinds) {
    for (const operation of operationsOf(kind, options.operations)) {
      for (const connections of options.allConnections) {
        const bench = new Bench({ ...options, connections }, contestants, kind, operation);
        const peak = await bench.rounds('peak');
        all.push(...peak);
        const reference = peak.find(({ contestant }) => contestant === 'floor') ?? peak[0];
        if (options.latency && reference !== undefined) {
          const { median } = spreadOf(reference.rounds.map(({ requestsPerSecond }) => requestsPerSecond));
          all.push(...(await bench.rounds('fixed rate', Math.round(median * LATENCY_LOAD))));
        }
        if (options.freshTokens && wrkVersion !== undefined) {
          for (const mode of Object.keys(FRESH) as Mode[]) all.push(...(await bench.rounds(mode)));
        }
      }
    }
  }
  await check();
  return all;
}

/** Measures one operation. */
class Bench {
  readonly #options: Options;
  readonly #contestants: readonly Contestant[];
  readonly #kind: Kind;
  readonly #operation: Operation;
  readonly #templates: readonly RequestTemplate[];
  #freshSerial = 1;
  /** The highest rate of any contestant, which determines how many fresh tokens are enough. */
  #highestRate = 20_000;

  constructor(options: Options, contestants: readonly Contestant[], kind: Kind, operation: Operation) {
    this.#options = options;
    this.#contestants = contestants;
    this.#kind = kind;
    this.#operation = operation;
    this.#templates = templatesFor(kind, operation, POPULATION);
  }

  async rounds(mode: Mode, rate?: number): Promise<Series[]> {
    const sides = this.#contestants.map((contestant) => {
      const measure = (round: number): Promise<Measurement> => {
        const title = `${this.#kind.name} ${this.#operation}, ${mode}, round ${round + 1}/${this.#options.rounds}`;
        console.error(`${title}: ${contestant.name}`);
        return this.#measure(mode, contestant, rate);
      };
      return [contestant.name, measure] as const;
    });
    const taken: Readonly<Record<string, readonly Measurement[]>> = await inTurns(
      this.#options.rounds,
      Object.fromEntries(sides),
      { firstCounts: mode !== 'peak' },
    );
    return this.#contestants.map(({ name }) => ({
      mode,
      kind: this.#kind.name,
      operation: this.#operation,
      contestant: name,
      connections: this.#options.connections,
      rate,
      rounds: taken[name] ?? [],
    }));
  }

  /** Repeats a disturbed measurement a few times: some disturbances do not end. */
  async #measure(mode: Mode, contestant: Contestant, rate: number | undefined): Promise<Measurement> {
    for (let attempt = 1; ; attempt += 1) {
      const { othersCores, ...measurement } = await this.#measureOnce(mode, contestant, rate);
      if (!(othersCores > DISTURBED_CORES) || attempt === MOST_ATTEMPTS) return measurement;
      console.error(`others used ${othersCores.toFixed(1)} cores meanwhile: once more`);
    }
  }

  async #measureOnce(mode: Mode, contestant: Contestant, rate: number | undefined) {
    const { warmUp, seconds } = this.#options;
    const { pool, pid } = contestant;
    await settle(pool, this.#kind);
    await this.#send(contestant, this.#load(mode, warmUp, rate));
    const addedBefore = await countAdded(pool, this.#kind);
    const load = this.#load(mode, seconds, rate);
    const { result, cost } = await costOf(pool, { server: [pid] }, () => this.#send(contestant, load));
    await this.#assertDone(contestant, result, addedBefore);
    const { requestsPerSecond, requests, p50, p99 } = result;
    this.#highestRate = Math.max(this.#highestRate, requestsPerSecond);
    const [cpu, postgresCpu] = [cost.server / requests, cost.postgres / requests];
    return { requestsPerSecond, p50, p99, cpu, postgresCpu, othersCores: cost.othersCores };
  }

  async #send(contestant: Contestant, load: Load): Promise<LoadResult> {
    const result = await sendLoad(contestant, load);
    // wrk does not wait for the answers to its last requests, and the tables must hold still before they are read.
    await sleep(LAST_REQUESTS_MILLISECONDS);
    return result;
  }

  #load(mode: Mode, seconds: number, rate: number | undefined): Load {
    const { connections } = this.#options;
    return { connections, seconds, templates: this.#templates, rate, fresh: this.#fresh(FRESH[mode], seconds) };
  }

  #fresh(every: number | undefined, seconds: number): FreshTokens | undefined {
    if (every === undefined) return undefined;
    const count = Math.ceil((this.#highestRate * 1.5 * (seconds + 1)) / every);
    const serial = this.#freshSerial;
    this.#freshSerial += count;
    const { owners } = POPULATION;
    const tokens = Array.from({ length: count }, (_, k) => signToken(this.#kind, ownerId(k % owners), serial + k));
    return { every, tokens, owners };
  }

  /** Checks that the table holds what was counted as answered, and no more. */
  async #assertDone({ name, pool }: Contestant, { requests, firstSerial }: LoadResult, before: number): Promise<void> {
    if (this.#operation === 'post') {
      const added = (await countAdded(pool, this.#kind)) - before;
      if (added < requests || added > requests + this.#options.connections) {
        throw new Error(`${name} answered ${requests} POSTs and stored ${added} records`);
      }
      await removeAdded(pool, this.#kind);
    }
    if (this.#operation === 'patch') {
      const patched = await countPatched(pool, this.#kind, firstSerial, firstSerial + 1_000_000);
      // Some records are patched twice before others at all, if connections differ in speed, and with fresh tokens.
      const expected = Math.floor(0.8 * Math.min(requests, this.#templates.length));
      if (patched < expected) {
        throw new Error(`${name} answered ${requests} PATCHes and changed only ${patched} records`);
      }
    }
  }
}
