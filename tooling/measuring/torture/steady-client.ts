import { Agent, type Dispatcher, request } from 'undici';
import { percentile } from '../kit/statistics.ts';
import type { Target } from './target.ts';
import type { Verdict } from './verdict.ts';

/** Milliseconds without an answer that count as a hang; 5,000 are promised. */
const HANG = 15_000;

type What = 'read' | 'write' | 'running' | 'health';

interface Answer {
  readonly what: What;
  readonly status: number;
  /** From the moment that the request was due. */
  readonly milliseconds: number;
}

export interface SteadyOptions {
  /** Requests a second, half of them writes. */
  readonly rate: number;
  /** Probes of /running and of /healthcheck a second. */
  readonly probes: number;
  readonly seconds: number;
  /** Opens a new connection for each request, as new clients would. */
  readonly newConnections?: boolean;
}

export interface SteadyResult {
  readonly served: readonly number[];
  readonly refused: readonly number[];
  readonly running: readonly number[];
  readonly health: readonly number[];
  /** How many answers of /healthcheck were 200. */
  readonly healthy: number;
}

/** A well-behaved client that sends at a fixed rate whatever comes back, and checks every answer. */
export class SteadyClient {
  readonly #target: Target;
  readonly #verdict: Verdict;
  readonly #acknowledged = new Map<string, string>();
  #marks = 0;

  constructor(target: Target, verdict: Verdict) {
    this.#target = target;
    this.#verdict = verdict;
  }

  async run({ rate, probes, seconds, newConnections = false }: SteadyOptions): Promise<SteadyResult> {
    const agent = new Agent({ headersTimeout: HANG, bodyTimeout: HANG });
    const answers: Answer[] = [];
    const asked: Promise<void>[] = [];
    const from = performance.now();
    const send = (what: What, due: number) => {
      const asking = this.#ask(agent, what, due, newConnections).then((answer) => answer && answers.push(answer));
      asked.push(asking.then(() => {}));
    };
    const plan = [
      ...moments(rate * seconds, 1000 / rate).map((at, n) => ({ at, what: n % 2 === 0 ? 'read' : 'write' }) as const),
      ...moments(probes * seconds, 1000 / probes).map((at) => ({ at, what: 'running' }) as const),
      ...moments(probes * seconds, 1000 / probes).map((at) => ({ at, what: 'health' }) as const),
    ].sort((a, b) => a.at - b.at);
    for (const { at, what } of plan) {
      const wait = from + at - performance.now();
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      send(what, from + at);
    }
    await Promise.all(asked);
    await agent.close();
    const times = (wanted: (answer: Answer) => boolean) =>
      answers
        .filter(wanted)
        .map(({ milliseconds }) => milliseconds)
        .sort((a, b) => a - b);
    const isRecord = ({ what }: Answer) => what === 'read' || what === 'write';
    return {
      served: times((answer) => isRecord(answer) && answer.status !== 503),
      refused: times((answer) => isRecord(answer) && answer.status === 503),
      running: times(({ what }) => what === 'running'),
      health: times(({ what }) => what === 'health'),
      healthy: answers.filter(({ what, status }) => what === 'health' && status === 200).length,
    };
  }

  /** Checks that every acknowledged write is stored exactly once, and nothing twice. */
  async checkLosses(): Promise<number> {
    const stored = await this.#target.stored();
    for (const [mark, id] of this.#acknowledged) {
      if (stored.get(mark)?.join() !== id) this.#verdict.fault('an acknowledged write is not stored exactly once');
    }
    for (const ids of stored.values()) if (ids.length > 1) this.#verdict.fault('a write is stored twice');
    return this.#acknowledged.size;
  }

  async #ask(dispatcher: Agent, what: What, due: number, newConnections: boolean): Promise<Answer | undefined> {
    const mark = `t${this.#marks++}`;
    try {
      const { url, authorization, latestPath, collectionPath } = this.#target;
      const path = { read: latestPath, write: collectionPath, running: '/running', health: '/healthcheck' }[what];
      const answer = await request(`${url}${path}`, {
        dispatcher,
        headers: {
          ...(what === 'read' || what === 'write' ? { authorization } : {}),
          ...(what === 'write' ? { 'content-type': 'application/json' } : {}),
        },
        ...(what === 'write' && { method: 'POST', body: JSON.stringify(this.#target.record(mark)) }),
        reset: newConnections,
      });
      this.#judge(what, answer.statusCode, answer.headers, await answer.body.text(), mark);
      return { what, status: answer.statusCode, milliseconds: performance.now() - due };
    } catch (error) {
      this.#verdict.fault(`${what}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  #judge(what: What, status: number, headers: Dispatcher.ResponseData['headers'], text: string, mark: string): void {
    if (what === 'running') {
      if (status !== 200 || text !== '{"running":true}') this.#verdict.fault(`/running answered ${status}`);
    } else if (what === 'health') {
      const says = status === 200 ? 'success' : 'failure';
      const right = (status === 200 || status === 503) && text.includes(`"status":"${says}"`);
      if (!right) this.#verdict.fault(`/healthcheck answered ${status} ${text.slice(0, 100)}`);
    } else if (status === 503) {
      if (headers['retry-after'] === undefined) this.#verdict.fault('a 503 without Retry-After');
    } else if (status !== 200) {
      this.#verdict.fault(`a ${what} was answered ${status}`);
    } else if (what === 'write') {
      const { uuid, app_version: version } = JSON.parse(text) as { uuid: string; app_version: string };
      if (version !== mark) this.#verdict.fault("a write got another one's answer");
      this.#acknowledged.set(mark, uuid);
    }
  }
}

function moments(count: number, apart: number): number[] {
  return Array.from({ length: Math.floor(count) }, (_, index) => index * apart);
}

/** The 50th and 99th percentile and the highest, in milliseconds. */
export function summary(sorted: readonly number[]): readonly [p50: number, p99: number, highest: number] {
  return [percentile(sorted, 50), percentile(sorted, 99), sorted.at(-1) ?? Number.NaN];
}
