import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, ContestantName } from '../kit/contestants.ts';
import { costOf } from '../kit/cost.ts';
import type { FreshTokens, Load } from '../kit/load.ts';
import { ownerId, type Population } from '../kit/population.ts';
import { familyOf, residentBytes } from '../kit/proc.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { inTurns } from '../kit/rounds.ts';
import { countAdded, countPatched, removeAdded, settle } from '../kit/schema.ts';
import { type LoadResult, sendLoad } from '../kit/send-load.ts';
import { signToken } from '../kit/tokens.ts';
import type { Settings } from './kept-figures.ts';
import type { Step } from './plan.ts';
import type { Measurement, Mode, Series } from './report.ts';

export const POPULATION: Population = { owners: 300, recordsPerOwner: 10 };
const LAST_REQUESTS_MILLISECONDS = 200;
/** A measurement is repeated if other programs use more of the machine than this. */
const DISTURBED_CORES = 0.2;
const MOST_ATTEMPTS = 4;

/** One in so many requests carries a new token: each phone has its own, and calls once per launch. */
const FRESH: Readonly<Partial<Record<Mode, number>>> = { 'peak, fresh tokens': 10, 'peak, new tokens': 1 };

/** No token may be sent twice in a run. */
let freshSerial = 1;
/** The highest rate of any contestant, which determines how many fresh tokens are enough. */
let highestRate = 20_000;

/** Measures the contestants of one step in turn. */
export class StepMeasurement {
  readonly #settings: Settings;
  readonly #contestants: readonly Contestant[];
  readonly #step: Step;
  readonly #rate: number | undefined;
  readonly #templates: readonly RequestTemplate[];

  /** @param rate in requests a second, if the step has a fixed one */
  constructor(settings: Settings, contestants: readonly Contestant[], step: Step, rate: number | undefined) {
    this.#settings = settings;
    this.#contestants = contestants;
    this.#step = step;
    this.#rate = rate;
    this.#templates = templatesFor(step.kind, step.operation, POPULATION);
  }

  async run(): Promise<Series[]> {
    const { kind, operation, connections, mode } = this.#step;
    const { rounds } = this.#settings;
    const sides = this.#contestants.map((contestant) => {
      const measure = (round: number): Promise<Measurement> => {
        const title = `${kind.name} ${operation}, ${connections} connections, ${mode}, round ${round + 1}/${rounds}`;
        console.error(`${title}: ${contestant.name}`);
        return this.#measure(contestant);
      };
      return [contestant.name, measure] as const;
    });
    const taken: Partial<Record<ContestantName, readonly Measurement[]>> = await inTurns(
      rounds,
      Object.fromEntries(sides),
      { firstCounts: mode !== 'peak' },
    );
    return this.#contestants.map(({ name }) => ({
      mode,
      kind: kind.name,
      operation,
      contestant: name,
      connections,
      rate: this.#rate,
      rounds: taken[name] ?? [],
    }));
  }

  /** Repeats a disturbed measurement a few times: some disturbances do not end. */
  async #measure(contestant: Contestant): Promise<Measurement> {
    for (let attempt = 1; ; attempt += 1) {
      const { othersCores, ...measurement } = await this.#measureOnce(contestant);
      const disturbed = othersCores > DISTURBED_CORES;
      if (!disturbed || attempt === MOST_ATTEMPTS) return { ...measurement, disturbed };
      console.error(`others used ${othersCores.toFixed(1)} cores meanwhile: once more`);
    }
  }

  async #measureOnce(contestant: Contestant) {
    const { warmUp, seconds } = this.#settings;
    const { kind } = this.#step;
    const { pool, pid } = contestant;
    await settle(pool, kind);
    await this.#send(contestant, this.#load(warmUp));
    const addedBefore = await countAdded(pool, kind);
    const load = this.#load(seconds);
    const { result, cost } = await costOf(pool, { server: familyOf(pid) }, () => this.#send(contestant, load));
    await this.#assertDone(contestant, result, addedBefore);
    const { requestsPerSecond, requests, p50, p99 } = result;
    highestRate = Math.max(highestRate, requestsPerSecond);
    const [cpu, postgresCpu] = [cost.server / requests, cost.postgres / requests];
    const resident = (residentBytes(pid) ?? Number.NaN) / 2 ** 20;
    return { requestsPerSecond, p50, p99, cpu, postgresCpu, resident, othersCores: cost.othersCores };
  }

  async #send(contestant: Contestant, load: Load): Promise<LoadResult> {
    const result = await sendLoad(contestant, load);
    await this.#untilStill(contestant);
    return result;
  }

  /** wrk does not wait for the answers to its last requests, and the tables must hold still before they are read. */
  async #untilStill({ pool }: Contestant): Promise<void> {
    const { kind, operation } = this.#step;
    for (let before = -1; ; ) {
      await sleep(LAST_REQUESTS_MILLISECONDS);
      const now = operation === 'post' ? await countAdded(pool, kind) : before;
      if (now === before) return;
      before = now;
    }
  }

  #load(seconds: number): Load {
    const { connections, mode } = this.#step;
    const fresh = this.#fresh(FRESH[mode], seconds);
    return { connections, seconds, templates: this.#templates, rate: this.#rate, fresh };
  }

  #fresh(every: number | undefined, seconds: number): FreshTokens | undefined {
    if (every === undefined) return undefined;
    const count = Math.ceil((highestRate * 1.5 * (seconds + 1)) / every);
    const serial = freshSerial;
    freshSerial += count;
    const { owners } = POPULATION;
    const tokens = Array.from({ length: count }, (_, k) => signToken(this.#step.kind, ownerId(k % owners), serial + k));
    return { every, tokens, owners };
  }

  /** Checks that the table holds what was counted as answered, and no more. */
  async #assertDone({ name, pool }: Contestant, { requests, firstSerial }: LoadResult, before: number): Promise<void> {
    const { kind, operation, connections } = this.#step;
    if (operation === 'post') {
      const added = (await countAdded(pool, kind)) - before;
      if (added < requests || added > requests + connections) {
        throw new Error(`${name} answered ${requests} POSTs and stored ${added} records`);
      }
      await removeAdded(pool, kind);
    }
    if (operation === 'patch') {
      const patched = await countPatched(pool, kind, firstSerial, firstSerial + 1_000_000);
      // Some records are patched twice before others at all, if connections differ in speed, and with fresh tokens.
      const expected = Math.floor(0.8 * Math.min(requests, this.#templates.length));
      if (patched < expected) {
        throw new Error(`${name} answered ${requests} PATCHes and changed only ${patched} records`);
      }
    }
  }
}
