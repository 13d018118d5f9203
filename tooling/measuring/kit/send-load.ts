import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Contestant } from './contestants.ts';
import type { FloodOrder, FloodResult } from './flood.ts';
import type { Counted, Load } from './load.ts';
import { percentile } from './statistics.ts';
import { runWrk, wrkVersion } from './wrk.ts';

export type LoadResult = Omit<Counted, 'failed' | 'refused'> & {
  /** Where the varying parts of the requests began. */
  readonly firstSerial: number;
};

/**
 * Sends a load to a contestant. wrk finds the peaks; the generator of fixed rates does where there is none.
 *
 * @throws Error unless every request was answered with success
 */
export async function sendLoad(contestant: Contestant, load: Load): Promise<LoadResult> {
  const firstSerial = takeSerials();
  const usesWrk = load.rate === undefined && wrkVersion !== undefined;
  const { failed, refused, ...result } = await (usesWrk ? runWrk : runFlood)(contestant, load, firstSerial);
  if (failed + refused > 0 || result.requests === 0) {
    const [{ method = '', path = '' } = {}] = load.templates;
    const title = `${contestant.name}, ${method} ${path} and alike`;
    throw new Error(`${title}: of ${result.requests} requests ${failed} got no answer and ${refused} were refused`);
  }
  contestant.assertAlive();
  contestant.truncateLog();
  return { ...result, firstSerial };
}

/** Sends requests from another process, which ends with this one. */
export async function flood(order: Omit<FloodOrder, 'firstSerial'>, firstSerial = takeSerials()): Promise<FloodResult> {
  const child = fork(fileURLToPath(new URL('./flood.ts', import.meta.url)));
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    child.send({ ...order, firstSerial });
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

async function runFlood({ port }: Contestant, load: Load, firstSerial: number): Promise<Counted> {
  const { connections, seconds, templates, rate = 0 } = load;
  const order = { port, connections, seconds, templates, rate, whenBusy: 'wait', warmUp: 0 } as const;
  const { sent, byStatus, served, cut, hung } = await flood(order, firstSerial);
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

let serial = Date.now() % 1000;

/** Where the varying parts of the next load begin, so that no two loads write the same values. */
function takeSerials(): number {
  serial += 5_000_000;
  return serial % 1_000_000_000;
}
