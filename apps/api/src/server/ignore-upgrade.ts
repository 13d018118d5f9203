import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Reads a request that asked for another protocol (`Upgrade: h2c`, which Java's client sends with each) again, without the
 * question, as a server may (RFC 9110, section 7.8). Node's parser stops behind such a request: left to itself, it drops
 * what came in the same packet, and takes the other half of a request that was cut by it for the next one.
 *
 * @param rest what came behind the headers
 * @param reread takes the socket as a new connection
 */
export function ignoreUpgrade(incoming: IncomingMessage, socket: Socket, rest: Buffer, reread: () => void): void {
  const { method, url, httpVersion, rawHeaders } = incoming;
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.toLowerCase() !== 'upgrade') head += `${name}: ${rawHeaders[index + 1]}\r\n`;
  }
  // Node gives the bytes of a head as characters U+0000 to U+00FF.
  socket.unshift(Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), rest]));
  reread();
}
