import { setTimeout as sleep } from 'node:timers/promises';
import { checkAnswers } from '../kit/check.ts';
import type { Cleanup } from '../kit/cleanup.ts';
import { type Contestant, type ContestantName, startOnNewDatabase } from '../kit/contestants.ts';
import { costOf } from '../kit/cost.ts';
import { type Kind, type Operation, operationsOf } from '../kit/kinds.ts';
import { assertAllAnswered, type Load, type LoadResult, takeSerials } from '../kit/load.ts';
import { runAtRate, runClosedLoop } from '../kit/open-loop.ts';
import { ownerId, type Population } from '../kit/population.ts';
import type { Server } from '../kit/postgres.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { countAdded, countPatched, removeAdded, seed, settle } from '../kit/schema.ts';
import { spreadOf } from '../kit/statistics.ts';
import { type Issuer, newIssuer, signToken } from '../kit/tokens.ts';
import { runWrk } from '../kit/wrk.ts';
import type { Options } from './options.ts';

const POPULATION: Population = { owners: 300, recordsPerOwner: 10 };
/** Percentiles are taken at this part of what the floor can serve, so that every contestant meets the same load. */
const LATENCY_LOAD = 0.6;
const LAST_REQUESTS_MILLISECONDS = 200;
/** When others use more of the machine than this, a measurement is repeated. */
const DISTURBED_CORES = 0.2;
const MOST_ATTEMPTS = 4;

export interface Measurement {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Of the server process, microseconds a request; undefined where it cannot be known. */
  readonly cpu: number | undefined;
  /** The same of PostgreSQL's processes. */
  readonly postgresCpu: number | undefined;
}

export type Mode = 'peak' | 'fixed rate' | 'peak, fresh tokens' | 'peak, new tokens';

/** Of so many requests one carries a token that was never seen: a phone has its own, and calls once a launch. */
const FRESH: Readonly<Partial<Record<Mode, number>>> = { 'peak, fresh tokens': 10, 'peak, new tokens': 1 };

/** One contestant's rounds with one operation. */
export interface Series {
  readonly mode: Mode;
  readonly kind: Kind['name'];
  readonly operation: Operation;
  readonly contestant: ContestantName;
  readonly connections: number;
  /** Requests a second that were asked for, at a fixed rate. */
  readonly rate: number | undefined;
  readonly rounds: readonly Measurement[];
}

export interface SpeedRun {
  readonly options: Options;
  readonly server: Server;
  readonly cleanup: Cleanup;
  readonly hasWrk: boolean;
  readonly onProgress: (line: string) => void;
}

/** Everything about speed: the contestants side by side, one loaded at a time, in alternating rounds. */
export async function measureSpeed(run: SpeedRun): Promise<Series[]> {
  const { options, server, cleanup } = run;
  const issuer = newIssuer();
  const contestants: Contestant[] = [];
  for (const name of options.contestants) {
    const contestant = await startOnNewDatabase({ name, server, issuer, folder: options.folder, cleanup });
    for (const kind of options.kinds) await seed(contestant.pool, kind, POPULATION);
    contestants.push(contestant);
  }
  const check = async (): Promise<void> => {
    for (const kind of options.kinds) {
      for (const contestant of contestants) {
        await removeAdded(contestant.pool, kind);
        await checkAnswers(contestant, kind, operationsOf(kind, options.operations), issuer, [0, 17, 298]);
        await removeAdded(contestant.pool, kind);
      }
    }
  };

  await check();
  const all: Series[] = [];
  for (const kind of options.kinds) {
    for (const operation of operationsOf(kind, options.operations)) {
      const templates = templatesFor(kind, operation, POPULATION, issuer);
      for (const connections of options.allConnections) {
        const bench = new Bench({ ...run, options: { ...options, connections } }, issuer, kind, operation, templates);
        await bench.warmUp(contestants);
        const peak = await bench.rounds('peak', contestants);
        all.push(...peak);
        const reference = peak.find(({ contestant }) => contestant === 'floor') ?? peak[0];
        if (options.latency && reference !== undefined) {
          const { median } = spreadOf(reference.rounds.map(({ requestsPerSecond }) => requestsPerSecond));
          all.push(...(await bench.rounds('fixed rate', contestants, Math.round(median * LATENCY_LOAD))));
        }
        if (options.freshTokens && run.hasWrk) {
          for (const mode of Object.keys(FRESH) as Mode[]) all.push(...(await bench.rounds(mode, contestants)));
        }
      }
    }
  }
  await check();
  return all;
}

/** Measures one operation. */
class Bench {
  readonly #run: SpeedRun;
  readonly #issuer: Issuer;
  readonly #kind: Kind;
  readonly #operation: Operation;
  readonly #templates: readonly RequestTemplate[];
  #freshSerial = 1;
  /** The most that any contestant has answered: how many fresh tokens are surely enough follows from it. */
  #highestRate = 20_000;

  constructor(run: SpeedRun, issuer: Issuer, kind: Kind, operation: Operation, templates: readonly RequestTemplate[]) {
    this.#run = run;
    this.#issuer = issuer;
    this.#kind = kind;
    this.#operation = operation;
    this.#templates = templates;
  }

  /** A round that does not count: what is asked for the first time is slow until its code is compiled. */
  async warmUp(contestants: readonly Contestant[]): Promise<void> {
    for (const contestant of contestants) {
      this.#run.onProgress(`${this.#kind.name} ${this.#operation}, warm-up: ${contestant.name}`);
      await this.#measureOnce('peak', contestant, undefined);
    }
  }

  /** The contestants change places from round to round, so that none always comes after the same one. */
  async rounds(mode: Mode, contestants: readonly Contestant[], rate?: number): Promise<Series[]> {
    const taken = new Map<ContestantName, Measurement[]>(contestants.map(({ name }) => [name, []]));
    for (let round = 0; round < this.#run.options.rounds; round += 1) {
      const first = round % contestants.length;
      const turn = [...contestants.slice(first), ...contestants.slice(0, first)];
      for (const contestant of round % 2 === 0 ? turn : turn.toReversed()) {
        this.#run.onProgress(
          `${this.#kind.name} ${this.#operation}, ${mode}, round ${round + 1}/${this.#run.options.rounds}: ${contestant.name}`,
        );
        taken.get(contestant.name)?.push(await this.#measure(mode, contestant, rate));
      }
    }
    return contestants.map(({ name }) => ({
      mode,
      kind: this.#kind.name,
      operation: this.#operation,
      contestant: name,
      connections: this.#run.options.connections,
      rate,
      rounds: taken.get(name) ?? [],
    }));
  }

  /** Repeats what others' work disturbed, a few times: some of it may not end. */
  async #measure(mode: Mode, contestant: Contestant, rate: number | undefined): Promise<Measurement> {
    for (let attempt = 1; ; attempt += 1) {
      const { othersCores, ...measurement } = await this.#measureOnce(mode, contestant, rate);
      if (othersCores <= DISTURBED_CORES || attempt === MOST_ATTEMPTS) return measurement;
      this.#run.onProgress(`others used ${othersCores.toFixed(1)} cores meanwhile: once more`);
    }
  }

  async #measureOnce(mode: Mode, contestant: Contestant, rate: number | undefined) {
    const { options } = this.#run;
    await settle(contestant.pool, this.#kind);
    const warmUp = this.#load(mode, contestant, options.warmUp);
    assertAllAnswered(contestant.name, await this.#send(warmUp, rate));
    const addedBefore = await countAdded(contestant.pool, this.#kind);
    const load = this.#load(mode, contestant, options.seconds);
    const { result, cost } = await costOf(contestant, () => this.#send(load, rate));
    assertAllAnswered(contestant.name, result);
    await this.#assertDone(contestant, load, result, addedBefore);
    contestant.assertAlive();
    contestant.truncateLog();
    const { requestsPerSecond } = result;
    this.#highestRate = Math.max(this.#highestRate, requestsPerSecond);
    return {
      requestsPerSecond,
      p50: result.p50,
      p99: result.p99,
      cpu: cost && cost.server / result.requests,
      postgresCpu: cost && cost.postgres / result.requests,
      othersCores: cost?.othersCores ?? 0,
    };
  }

  async #send(load: Load, rate: number | undefined): Promise<LoadResult> {
    const result = await this.#generator(rate)(load);
    // wrk does not wait for the answers to its last requests, and the tables must hold still before they are read.
    await sleep(LAST_REQUESTS_MILLISECONDS);
    return result;
  }

  #generator(rate: number | undefined): (load: Load) => Promise<LoadResult> {
    if (rate === undefined) return this.#run.hasWrk ? runWrk : runClosedLoop;
    return (load) => runAtRate(load, rate);
  }

  #load(mode: Mode, contestant: Contestant, seconds: number): Load {
    return {
      port: contestant.port,
      connections: this.#run.options.connections,
      seconds,
      templates: this.#templates,
      owners: POPULATION.owners,
      firstSerial: takeSerials(),
      folder: this.#run.options.folder,
      ...this.#fresh(FRESH[mode], seconds),
    };
  }

  #fresh(freshEvery: number | undefined, seconds: number): Pick<Load, 'freshTokens' | 'freshEvery'> {
    if (freshEvery === undefined) return {};
    const count = Math.ceil((this.#highestRate * 1.5 * (seconds + 1)) / freshEvery);
    const serial = this.#freshSerial;
    this.#freshSerial += count;
    const freshTokens = Array.from({ length: count }, (_, k) =>
      signToken(this.#issuer, this.#kind, ownerId(k % POPULATION.owners), serial + k),
    );
    return { freshTokens, freshEvery };
  }

  /** What was counted as answered is in the table, and not more than that. */
  async #assertDone(contestant: Contestant, load: Load, result: LoadResult, addedBefore: number): Promise<void> {
    const { requests } = result;
    if (this.#operation === 'post') {
      const added = (await countAdded(contestant.pool, this.#kind)) - addedBefore;
      if (added < requests || added > requests + load.connections) {
        throw new Error(`${contestant.name} answered ${requests} POSTs and stored ${added} records`);
      }
      await removeAdded(contestant.pool, this.#kind);
    }
    if (this.#operation === 'patch') {
      const last = load.firstSerial + 1_000_000;
      const patched = await countPatched(contestant.pool, this.#kind, load.firstSerial, last);
      // Some records come round twice before others come at all: where connections differ in speed, and with fresh tokens.
      const expected = Math.floor(0.8 * Math.min(requests, load.templates.length));
      if (patched < expected) {
        throw new Error(`${contestant.name} answered ${requests} PATCHes and changed only ${patched} records`);
      }
    }
  }
}
