import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import type { Load, LoadResult } from './load.ts';
import { bodyOf, type RequestTemplate } from './requests.ts';
import { percentile } from './statistics.ts';

interface Answer {
  readonly at: number;
  readonly milliseconds: number;
}

/** As many requests as are answered: what wrk does, where there is none. */
export function runAutocannon(load: Load): Promise<LoadResult> {
  return collect(load, (onAnswer) => [shoot(load, 0, load.connections, load.seconds, undefined, onAnswer)]);
}

/** All of a second's requests at its beginning, one behind the other on every connection: autocannon's own fixed rate. */
export function runInBursts(load: Load, rate: number): Promise<LoadResult> {
  return collect(load, (onAnswer) => [shoot(load, 0, load.connections, load.seconds, rate, onAnswer)]);
}

/**
 * The same rate, spread over the second. autocannon starts the requests of each second at once, which is full load for
 * a part of the second and none for the rest; so each connection is an autocannon of its own, started a little after
 * the one before. What is counted are the seconds in which all of them are at work.
 */
export function runAtRate(load: Load, rate: number): Promise<LoadResult> {
  const connections = Math.min(load.connections, rate);
  return collect(
    load,
    (onAnswer) =>
      Array.from({ length: connections }, async (_, connection) => {
        const share = Math.floor((rate + connection) / connections);
        await sleep((connection * 1000) / connections);
        return shoot(load, connection, 1, load.seconds + 1, share, onAnswer);
      }),
    1000,
  );
}

/** Percentiles are those of the answers within `load.seconds` from `lead` milliseconds after the start. */
async function collect(
  load: Load,
  start: (onAnswer: (milliseconds: number) => void) => Promise<autocannon.Result>[],
  lead = 0,
): Promise<LoadResult> {
  const answers: Answer[] = [];
  const from = performance.now() + lead;
  const results = await Promise.all(
    // In microseconds: autocannon's own histogram counts whole milliseconds.
    start((milliseconds) => answers.push({ at: performance.now(), milliseconds })),
  );
  const counted = answers.filter(({ at }) => at >= from && at < from + load.seconds * 1000);
  const latencies = counted.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const sum = (value: (result: autocannon.Result) => number): number =>
    results.reduce((total, result) => total + value(result), 0);
  return {
    requests: answers.length,
    requestsPerSecond: counted.length / load.seconds,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    failed: sum((result) => result.errors),
    refused: sum((result) => result.non2xx),
  };
}

function shoot(
  load: Load,
  firstConnection: number,
  connections: number,
  seconds: number,
  rate: number | undefined,
  onAnswer: (milliseconds: number) => void,
): Promise<autocannon.Result> {
  let connection = firstConnection;
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url: `http://127.0.0.1:${load.port}`,
        connections,
        duration: seconds,
        // It ends at the end of such an interval.
        sampleInt: 100,
        ...(rate !== undefined && { overallRate: rate }),
        setupClient(client) {
          client.setRequests(requestsOf(load, connection));
          connection += 1;
        },
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
    instance.on('response', (_client, _status, _bytes, milliseconds) => onAnswer(milliseconds));
  });
}

/**
 * What one connection sends in turn: its share of the templates. A write comes twice with different values, so that
 * it changes something each time round.
 */
function requestsOf(load: Load, connection: number): autocannon.Request[] {
  const share = load.templates.filter((_, index) => index % load.connections === connection);
  const rounds = share.some(({ varying }) => varying !== 'nothing') ? [0, 1] : [0];
  return rounds.flatMap((round) =>
    share.map((template, index) => {
      const n = load.firstSerial + (round * share.length + index) * load.connections + connection;
      return requestOf(template, n);
    }),
  );
}

function requestOf(template: RequestTemplate, n: number): autocannon.Request {
  const body = bodyOf(template, n);
  const headers = { authorization: `Bearer ${template.token}`, ...(body && { 'content-type': 'application/json' }) };
  return { method: template.method, path: template.path, headers, ...(body !== undefined && { body }) };
}
