import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../../../../packages/adapters/src/postgres/embedded/free-port.js';

/** Stands between the service and its database, and can be there, not be there, or be silent. */
export interface Proxy {
  /** From now on it takes connections. */
  open(): Promise<void>;
  /** Passes nothing on any more, and keeps every connection. */
  freeze(): void;
  thaw(): void;
  /** Passes nothing on any more on the connections that there are, ever; new ones work. */
  strand(): void;
  /** From now on every answer of the database comes so many milliseconds late. */
  slow(milliseconds: number): void;
  /** From now on new connections go to that port; existing ones stay where they are. */
  leadTo(target: number): void;
  close(): void;
}

/** @param target port of the database on this machine */
export async function proxyTo(target: number): Promise<{ readonly proxy: Proxy; readonly port: number }> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let frozen = false;
  let lateness = 0;
  let leadsTo = target;
  const server = createServer((near) => {
    const far = connect(leadsTo, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (data) => {
        if (from === far && lateness > 0) setTimeout(() => to.write(data), lateness);
        else to.write(data);
      });
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      if (frozen) from.pause();
    }
  });
  const port = await freePort();
  return {
    port,
    proxy: {
      async open() {
        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
      },
      freeze() {
        frozen = true;
        for (const socket of [...pairs].flat()) socket.pause();
      },
      strand() {
        for (const socket of [...pairs].flat()) socket.pause();
      },
      thaw() {
        frozen = false;
        for (const socket of [...pairs].flat()) socket.resume();
      },
      slow(milliseconds) {
        lateness = milliseconds;
      },
      leadTo(other) {
        leadsTo = other;
      },
      close() {
        for (const socket of [...pairs].flat()) socket.destroy();
        server.close();
      },
    },
  };
}
