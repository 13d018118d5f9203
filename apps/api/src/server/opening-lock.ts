import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A name in Linux' abstract namespace: no file, one for all processes of a network namespace, gone with its process. */
const NAME = '\0polaris-telemetry opening a port';
/** How long another process may take to open its sockets before it is not waited for any more, in milliseconds. */
const PATIENCE = 5_000;
const RETRY = 10;

/**
 * Runs work while no other process of this service, in this network namespace, runs its own. Elsewhere than on Linux it runs
 * the work at once: there no two processes get one port.
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
      // Where such names are forbidden, the service starts all the same.
      if (!isTaken || performance.now() > deadline) return undefined;
      await sleep(RETRY);
    }
  }
}
