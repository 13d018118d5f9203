import { connect, type Socket } from 'node:net';
import type { Target } from './target.ts';

/** Clients that hold resources: idle connections, endless requests, unread answers. */
export interface Stubborn {
  /** How many are connected now. */
  readonly connected: () => number;
  /** How many the service has disconnected. */
  readonly ended: () => number;
  leave(): void;
}

/** Each sends one request, receives its answer, and stays connected. */
export function idle(target: Target, count: number): Promise<Stubborn> {
  return crowd(target, count, async (socket) => {
    socket.write('GET /running HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    socket.resume();
  });
}

/** Every other one sends its headers byte by byte, the others their body; a rejected client reconnects. */
export function tricklers(target: Target, count: number): Promise<Stubborn> {
  const start = `POST ${target.collectionPath} HTTP/1.1\r\nHost: x\r\nAuthorization: ${target.authorization}\r\n`;
  let number = 0;
  return crowd(
    target,
    count,
    (socket) => {
      const inBody = number++ % 2 === 0;
      socket.write(
        inBody ? `${start}Content-Type: application/json\r\nContent-Length: 900000\r\n\r\n{"` : `${start}X: `,
      );
      const timer = setInterval(() => socket.writable && socket.write('x'), 500);
      socket.on('close', () => clearInterval(timer));
      socket.resume();
    },
    { again: true },
  );
}

/** Each requests far more than the system's buffers hold, and reads nothing. */
export function nonReaders(target: Target, count: number): Promise<Stubborn> {
  return crowd(target, count, (socket) => {
    socket.pause();
    socket.write('GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(30));
  });
}

export async function crowd(
  target: Target,
  count: number,
  begin: (socket: Socket) => void | Promise<void>,
  { again = false } = {},
): Promise<Stubborn> {
  const sockets = new Set<Socket>();
  let ended = 0;
  let left = false;

  function join(): Promise<void> {
    const socket = connect({ port: target.port, host: '127.0.0.1' });
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      ended++;
      if (again && !left) void join();
    });
    return new Promise((resolve) => {
      socket.on('connect', () => resolve(begin(socket)));
      socket.on('close', () => resolve());
    });
  }

  const batch = 100;
  for (let done = 0; done < count; done += batch) {
    await Promise.all(Array.from({ length: Math.min(batch, count - done) }, join));
  }
  return {
    connected: () => sockets.size,
    ended: () => ended,
    leave() {
      left = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
