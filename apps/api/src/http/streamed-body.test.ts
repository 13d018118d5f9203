import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { StreamedBody } from './streamed-body.js';

const PATIENCE = 300;
const MEBIBYTE = Buffer.alloc(1_048_576, 'x');

let server: Server;
let socket: Socket;

afterEach(() => {
  socket.destroy();
  server.closeAllConnections();
  server.close();
});

/** Sends a body without end to a client. Returns how many pieces were made, and when no more were wanted. */
async function send(next: () => Promise<Uint8Array>): Promise<{ made(): number; ended: Promise<number> }> {
  let made = 0;
  const began = performance.now();
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  server = createServer((_, response: ServerResponse) => {
    const source = {
      next: () => {
        made++;
        return next();
      },
      end: () => end(performance.now() - began),
    };
    Readable.fromWeb(new StreamedBody(source, response, PATIENCE).open(() => {}) as never)
      .on('error', () => {})
      .pipe(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  return { made: () => made, ended };
}

it('ends for a client that takes nothing, and makes nothing for it meanwhile', async () => {
  const { made, ended } = await send(async () => MEBIBYTE);
  socket.pause();
  expect(await ended).toBeGreaterThanOrEqual(PATIENCE - 50);
  // What the sockets and Node buffer.
  expect(made()).toBeLessThan(40);
});

it('goes on for a client that takes little, and while a piece takes long to make', async () => {
  const { ended } = await send(async () => {
    await sleep(PATIENCE / 3);
    return new Uint8Array(0);
  });
  const first = await Promise.race([ended, sleep(PATIENCE * 4, 'goes on')]);
  expect(first).toBe('goes on');
  socket.destroy();
  await ended;
});
