import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_CONTENT_TYPE, type Problem, problemBody } from '../http/problem.js';
import { STANDARD_HEADERS } from '../http/standard-headers.js';

/** How long a client that is still sending has to notice the answer, in milliseconds. */
const LINGER = 5_000;

/**
 * Answers what Node's HTTP parser refused: there is no request and no response, only the socket. Further input
 * is read and dropped: closing a socket with unread input resets it, and the answer would be lost.
 */
export function answerRaw(socket: Duplex, problem: Problem, requestId: string): void {
  socket.end(rawAnswer(problem, requestId));
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER).unref();
}

/** Answers a connection that finds no room, and does not wait for it. */
export function refuseConnection(socket: Duplex, problem: Problem, requestId: string): void {
  socket.end(rawAnswer(problem, requestId), () => socket.destroy());
}

function rawAnswer(problem: Problem, requestId: string): string {
  const body = problemBody(problem, requestId);
  const headers = {
    'Content-Type': PROBLEM_CONTENT_TYPE,
    'Content-Length': Buffer.byteLength(body),
    'X-Request-ID': requestId,
    ...STANDARD_HEADERS,
    ...problem.headers,
    Date: new Date().toUTCString(),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`;
}
