import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type ListenOptions, Server } from 'node:net';
import { whileOpeningAlone } from './opening-lock.js';

/**
 * libuv accepts one waiting connection from each listening socket in a turn of the event loop, and under load a turn serves
 * one request of every connection: 2,000 clients arriving at once waited for many seconds, and a balancer's probe behind
 * them. So the port has several sockets (SO_REUSEPORT), among which the system spreads new connections.
 */
const SOCKETS = 32;
/** Connections that the operating system holds for a busy process, on each socket. */
const BACKLOG = 4_096;

/** The sockets from which a server accepts connections. */
export class Listeners {
  readonly #first: Server;
  readonly #all: Server[];

  /** @param server receives every connection; its own socket is the first one */
  constructor(server: HttpServer) {
    const others = Array.from({ length: SOCKETS - 1 }, () =>
      // As Node's HTTP server does with its own.
      createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket)),
    );
    this.#first = server;
    this.#all = [server, ...others];
  }

  /**
   * @returns the port
   * @throws Node's error, for example `EADDRINUSE`
   */
  open(port: number, host: string): Promise<number> {
    // The parent of all workers holds the port for them, and gives each new connection to one that is free.
    if (cluster.isWorker) return listen(this.#first, { port, host });
    return whileOpeningAlone(() => this.#open(port, host));
  }

  async #open(port: number, host: string): Promise<number> {
    // Sockets that share a port would also share it with another process, which must not happen: a probe that shares nothing
    // finds out. Between the probe's end and the first socket no other process of ours may look.
    const chosen = await tryPort(port, host);
    try {
      for (const server of this.#all) await listen(server, { port: chosen, host, reusePort: true });
    } catch {
      // Not every system and not every Node can share ports; one socket also works, only slower.
      if (!this.#first.listening) await listen(this.#first, { port: chosen, host });
    }
    return chosen;
  }

  /** Stops accepting connections; resolves once the existing ones have closed. */
  async close(): Promise<void> {
    await Promise.all(this.#all.filter((server) => server.listening).map(close));
  }
}

/**
 * Opens a port that nothing shares, and closes it again.
 *
 * @param port 0 lets the system choose
 * @returns the port
 * @throws Node's error, for example `EADDRINUSE`
 */
export async function tryPort(port: number, host: string): Promise<number> {
  const probe = createServer();
  const chosen = await listen(probe, { port, host });
  await close(probe);
  return chosen;
}

async function listen(server: Server, options: ListenOptions): Promise<number> {
  server.listen({ ...options, backlog: BACKLOG });
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return address.port;
}

function close(server: Server): Promise<void> {
  // Not http's own `close`, which cuts idle connections at once, along with requests already on their way.
  return new Promise((resolve) => Server.prototype.close.call(server, () => resolve()));
}
