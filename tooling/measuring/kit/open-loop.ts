import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FloodOrder, FloodResult } from './flood.ts';
import type { Load, LoadResult } from './load.ts';
import { percentile } from './statistics.ts';

/** Sends requests from another process, which ends with this one. */
export async function flood(order: FloodOrder): Promise<FloodResult> {
  const child = fork(fileURLToPath(new URL('./flood.ts', import.meta.url)));
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    child.send(order);
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('the load generator ended early');
      }),
    ]);
    return message as FloodResult;
  } finally {
    process.off('exit', kill);
  }
}

/** As many requests as the server answers over the connections, if there is no wrk. */
export function runClosedLoop(load: Load): Promise<LoadResult> {
  return run(load, 0);
}

/** A fixed number of requests a second, spread evenly; a time counts from the moment at which its request was due. */
export function runAtRate(load: Load, rate: number): Promise<LoadResult> {
  return run(load, rate);
}

async function run(load: Load, rate: number): Promise<LoadResult> {
  const { port, connections, seconds, templates, firstSerial } = load;
  const order = { port, connections, seconds, templates, firstSerial, rate, whenBusy: 'wait', warmUp: 0 } as const;
  const { sent, byStatus, served, cut, hung } = await flood(order);
  const answered = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  return {
    requests: sent,
    requestsPerSecond: served.length / seconds,
    p50: percentile(served, 50),
    p99: percentile(served, 99),
    failed: cut + hung,
    refused: answered - served.length,
  };
}
