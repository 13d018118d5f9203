import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';

/** Stands between a store and its server, and produces network and server faults on command. */
export interface FaultyProxy {
  /** The server's, through here. */
  readonly settings: DatabaseSettings;
  /** Silently stops all traffic in both directions, like a frozen server or a dead line. */
  freeze(): void;
  thaw(): void;
  /** Silently stops all traffic of the present connections; new ones are served. */
  stall(): void;
  /** Cuts all connections. */
  cut(): void;
  /** From now on answers do not come back; the first one due cuts its connection instead. */
  cutAtNextAnswer(): void;
  /** Cuts all connections and refuses new ones. */
  refuse(): Promise<void>;
  /** Serves again. */
  accept(): Promise<void>;
  /** How many connections there have been. */
  readonly connections: number;
}

export async function faultyProxy(target: DatabaseSettings): Promise<FaultyProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let frozen = false;
  let cutsAnswers = false;
  let connections = 0;
  let port = 0;
  let server: Server | undefined;

  function pass(from: Socket, to: Socket, isAnswer: boolean, cutPair: () => void): void {
    from.on('data', (chunk) => {
      if (isAnswer && cutsAnswers) {
        cutsAnswers = false;
        cutPair();
      } else {
        to.write(chunk);
      }
    });
    from.on('error', () => {});
    from.on('close', cutPair);
  }

  async function listen(): Promise<void> {
    server = createServer((client) => {
      connections++;
      const upstream = connect(target.port, target.host);
      const pair = [client, upstream] as const;
      const cutPair = () => {
        pairs.delete(pair);
        client.resetAndDestroy();
        upstream.resetAndDestroy();
      };
      pairs.add(pair);
      pass(client, upstream, false, cutPair);
      pass(upstream, client, true, cutPair);
      if (frozen) for (const socket of pair) socket.pause();
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  }

  function cut(): void {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
    pairs.clear();
  }

  function setFrozen(value: boolean): void {
    frozen = value;
    for (const pair of pairs) for (const socket of pair) value ? socket.pause() : socket.resume();
  }

  await listen();
  onTestFinished(() => {
    cut();
    server?.close();
  });
  return {
    // Without the attempt to use TLS, which would be a connection more each time.
    settings: { ...target, host: '127.0.0.1', port, sslMode: 'disable' },
    freeze: () => setFrozen(true),
    thaw: () => setFrozen(false),
    stall() {
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    cut,
    cutAtNextAnswer() {
      cutsAnswers = true;
    },
    async refuse() {
      const closed = server && once(server, 'close');
      server?.close();
      cut();
      await closed;
    },
    accept: listen,
    get connections() {
      return connections;
    },
  };
}
