import type { Duplex } from 'node:stream';
import { Problem } from '../http/problem.js';
import { headersIn, headersOf, requestIdOf } from '../http/request-id.js';
import type { Connections } from './connections.js';

const HEADERS_TOO_LARGE = new Problem(431, 'The headers are too large.');
const INCOMPLETE = new Problem(408, 'The request was not complete in time.');
/** Input that is not HTTP, or not HTTP that an origin server speaks. */
export const NOT_HTTP = new Problem(400, 'The request is not valid HTTP.');

/** Node's description of it; `rawPacket` is missing if nothing was parsed, as after a timeout. */
interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/**
 * Answers what the HTTP parser refuses, once for each connection: the parser keeps refusing every further chunk.
 *
 * @param answer writes the answer to the socket
 */
export function refuseUnparsed(
  connections: Connections,
  answer: (socket: Duplex, problem: Problem, requestId: string) => void,
): (error: ParserError, socket: Duplex) => void {
  const refused = new WeakSet<Duplex>();
  return (error, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable || connections.isAnsweringIncomplete(socket)) {
      socket.destroy();
      return;
    }
    // If only the body is broken, the headers are known.
    const incoming = connections.receiving(socket);
    const requestId = requestIdOf(incoming === undefined ? headersIn(error.rawPacket) : headersOf(incoming));
    connections.whenAnswered(socket, () => answer(socket, problemOf(error.code), requestId));
  };
}

function problemOf(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return HEADERS_TOO_LARGE;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return INCOMPLETE;
  return NOT_HTTP;
}
