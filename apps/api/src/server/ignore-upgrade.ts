import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Rereads a request that asked for another protocol (`Upgrade: h2c`, which Java's client sends with every request) without
 * that header, as a server may (RFC 9110, section 7.8). Node's parser stops after such a request: by default it drops the
 * rest of the packet, and takes the second half of a request cut by it for the next one.
 *
 * @param rest what followed the headers
 * @param reread takes the socket as a new connection
 */
export function ignoreUpgrade(incoming: IncomingMessage, socket: Socket, rest: Buffer, reread: () => void): void {
  const { method, url, httpVersion, rawHeaders } = incoming;
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.toLowerCase() !== 'upgrade') head += `${name}: ${rawHeaders[index + 1]}\r\n`;
  }
  // Node passes the bytes of a head as characters U+0000 to U+00FF.
  socket.unshift(Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), rest]));
  reread();
}
