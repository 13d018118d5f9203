import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { respond } from './http/answer.js';
import { Connections } from './http/connections.js';
import { Exchange } from './http/exchange.js';
import type { App } from './http/hono-app.js';
import { Listeners } from './http/listeners.js';
import { Problem } from './http/problem.js';
import { answerRaw } from './http/raw-answer.js';

/** What a client may take of the service; durations in milliseconds. */
export interface ServerLimits {
  readonly headerBytes: number;
  readonly requestTime: number;
  readonly keepAlive: number;
}

/** An HTTP server around the application. */
export interface HttpServer {
  /** Resolves with the port. Rejects with Node's error, for example `EADDRINUSE`. */
  listen(port: number, address: string): Promise<number>;
  /** From now on every answer closes its connection. */
  leave(): void;
  /** Takes no more connections, has every complete request answered, closes half-sent ones; resolves when all is done. */
  drain(): Promise<void>;
  /** Cuts what is left. */
  destroy(): void;
  /** Open connections. */
  readonly connections: number;
}

const NO_HOST = new Problem(400, 'An HTTP/1.1 request must have a Host header.');
const BAD_TARGET = new Problem(400, 'The request target or the Host header is not valid.');
const HEADERS_TOO_LARGE = new Problem(431, 'The headers are too large.');
const INCOMPLETE = new Problem(408, 'The request was not complete in time.');
const NOT_HTTP = new Problem(400, 'The request is not valid HTTP.');

/** How often connections are looked at for requests that take too long, in milliseconds. */
const CHECK_INTERVAL = 1_000;

/** How many times longer than sending a request it may take to read the next piece of the answer. */
const UNREAD = 4;

/** How long the listener is closed before idle connections are: for requests that are on their way, in milliseconds. */
const GRACE = 100;

/** How many turns of the event loop the listener waits for one in which nobody connects. */
const MOST_TURNS = 50;

export function createHttpServer(app: App, limits: ServerLimits): HttpServer {
  const connections = new Connections();
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.requestTime,
    requestTimeout: limits.requestTime,
    keepAliveTimeout: limits.keepAlive,
    connectionsCheckingInterval: CHECK_INTERVAL,
    // Repeated headers reach the application joined, so that two Authorization headers are no valid token.
    joinDuplicateHeaders: true,
    // Node would answer in its own words.
    requireHostHeader: false,
    noDelay: true,
  });
  // Whoever does not read the answer holds the connection for no longer than this; nothing else is as slow.
  server.timeout = UNREAD * limits.requestTime;
  const listeners = new Listeners(server);
  const serve = listenerOf(app);

  /** Connections that the system has taken but Node has not yet are reset with the listener: they get their turn first. */
  async function untilNobodyWaits(): Promise<void> {
    for (let turn = 0, before = -1; turn < MOST_TURNS && before !== connections.opened; turn++) {
      before = connections.opened;
      await setImmediate();
    }
  }

  function onRequest(incoming: IncomingMessage, outgoing: ServerResponse): void {
    connections.began(incoming, outgoing);
    serve(incoming, outgoing);
  }

  server.on('connection', (socket) => connections.add(socket));
  server.on('request', onRequest);
  // The body is asked for when it is wanted (`readJson`). A client that was refused may or may not send it all the same,
  // so that nobody could tell it from a next request: the connection ends with the answer.
  server.on('checkContinue', (incoming, outgoing) => {
    outgoing.shouldKeepAlive = false;
    onRequest(incoming, outgoing);
  });
  server.on('checkExpectation', onRequest);
  server.on('connect', (_incoming, socket) => answerRaw(socket, NOT_HTTP));
  server.on('clientError', refuser(connections));

  return {
    listen: (port, address) => listeners.open(port, address),
    leave: () => connections.leave(),
    async drain() {
      connections.leave();
      await untilNobodyWaits();
      const closed = listeners.close();
      await sleep(GRACE);
      connections.closeIdle();
      await closed;
    },
    destroy: () => server.closeAllConnections(),
    get connections() {
      return connections.size;
    },
  };
}

/** node-server between Node and Hono, and what it would answer in its own words. */
function listenerOf(app: App): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  let current: IncomingMessage | undefined;
  const refused = (incoming: IncomingMessage | undefined, problem: Problem): Response => {
    const request = new Request('http://localhost/', { method: incoming?.method === 'HEAD' ? 'HEAD' : 'GET' });
    return respond(new Exchange({ env: { incoming }, req: { raw: request, path: '/' } }, 'none'), problem);
  };
  const listener = getRequestListener(
    (request, env) => (hasHost(current) ? app.fetch(request, env) : refused(current, NO_HOST)),
    {
      // HTTP/1.0 knows no Host, and old balancers' probes send none.
      hostname: 'localhost',
      // Called within the call of the listener when no Request can be made of what came.
      errorHandler: () => refused(current, BAD_TARGET),
      // Bodies that nobody reads are Node's affair: it takes them off the wire and keeps the connection.
      autoCleanupIncoming: false,
    },
  );
  return (incoming, outgoing) => {
    current = incoming;
    void listener(incoming, outgoing);
  };
}

function hasHost(incoming: IncomingMessage | undefined): boolean {
  return incoming?.headers.host !== undefined || incoming?.httpVersion !== '1.1';
}

/** What Node says of it; `rawPacket` is missing where nothing was parsed, as after a timeout. */
interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** Answers what the HTTP parser refuses, once for each connection: the parser goes on refusing every further chunk. */
function refuser(connections: Connections): (error: ParserError, socket: Duplex) => void {
  const refused = new WeakSet<Duplex>();
  return (error, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable || connections.isAnsweringIncomplete(socket)) {
      socket.destroy();
      return;
    }
    connections.whenAnswered(socket, () => answerRaw(socket, problemOf(error.code), error.rawPacket));
  };
}

function problemOf(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return HEADERS_TOO_LARGE;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return INCOMPLETE;
  return NOT_HTTP;
}
