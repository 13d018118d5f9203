import autocannon from 'autocannon';
import type { Load, LoadResult } from './load.ts';
import { bodyOf, type RequestTemplate } from './requests.ts';
import { percentile } from './statistics.ts';

/**
 * The same load by autocannon: at a fixed rate over all connections, or without one as many as are answered.
 *
 * Latencies are those of the requests themselves, in microseconds: autocannon's own histogram counts whole milliseconds.
 * It starts the requests of each second at the second's beginning, one behind the other on every connection.
 */
export async function runAutocannon(load: Load, rate?: number): Promise<LoadResult> {
  const latencies: number[] = [];
  let connection = 0;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url: `http://127.0.0.1:${load.port}`,
        connections: load.connections,
        duration: load.seconds,
        ...(rate === undefined ? {} : { overallRate: Math.round(rate) }),
        setupClient(client) {
          client.setRequests(requestsOf(load, connection));
          connection += 1;
        },
      },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
    instance.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  });
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    seconds: result.duration,
    bytes: result.throughput.total,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    failed: result.errors,
    refused: result.non2xx,
  };
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
