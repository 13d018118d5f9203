import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A name in Linux' abstract namespace: no file, one for all processes of a network namespace, gone with its process. */
const NAME = '\0polaris-telemetry opening a port';
/** How long to wait for another process to open its sockets, in milliseconds. */
const PATIENCE = 5_000;
const RETRY = 10;

/**
 * Runs work while no other process of this service in this network namespace runs its own. Outside Linux it runs the work
 * at once: two processes cannot get one port there.
 */
export async function whileOpeningAlone<Result>(work: () => Promise<Result>): Promise<Result> {
  const lock = process.platform === 'linux' ? await take() : undefined;
  try {
    return await work();
  } finally {
    lock?.close();
  }
}

async function take(): Promise<Server | undefined> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const lock = createServer((socket) => socket.destroy());
    try {
      lock.listen({ path: NAME, exclusive: true });
      await once(lock, 'listening');
      return lock;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      // If such names are forbidden, the service starts anyway.
      if (!isTaken || performance.now() > deadline) return undefined;
      await sleep(RETRY);
    }
  }
}
