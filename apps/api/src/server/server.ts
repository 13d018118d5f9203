import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { hasBody, MemoryBudget, SMALL } from '../http/memory-budget.js';
import type { Problem } from '../http/problem.js';
import { OVERLOADED } from '../http/problems.js';
import type { App } from '../http/received.js';
import { headersOf, requestIdOf } from '../http/request-id.js';
import type { ServerObserver } from '../pipeline/request-observer.js';
import { Connections } from './connections.js';
import { ignoreUpgrade } from './ignore-upgrade.js';
import { Listeners } from './listeners.js';
import { MergingMessage } from './merging-message.js';
import { nodeListener } from './node-listener.js';
import { answerRaw, refuseConnection } from './raw-answer.js';
import { NOT_HTTP, refuseUnparsed } from './refuse-unparsed.js';

/** A client's limits; durations in milliseconds. */
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
  /** Stops accepting connections, answers every complete request, closes half-sent ones; resolves when all is done. */
  drain(): Promise<void>;
  /** Cuts the remaining connections. */
  destroy(): void;
  /** Open connections. */
  readonly connections: number;
}

/** How often connections are checked for requests that take too long, in milliseconds. */
const CHECK_INTERVAL = 1_000;

/** Reading the next piece of the answer may take this many times longer than sending a request. */
const UNREAD = 4;

/** Delay between closing the listener and closing idle connections, for requests on their way, in milliseconds. */
const GRACE = 100;

/** How many turns of the event loop the listener waits for one without a new connection. */
const MOST_TURNS = 50;

const SILENT: ServerObserver = { unparsed: () => {}, failed: () => {} };

/**
 * @param observer called for every answer to a request that cannot reach the application
 * @param memory the budget for what clients make the process hold
 */
export function createHttpServer(
  app: App,
  limits: ServerLimits,
  observer: ServerObserver = SILENT,
  memory = new MemoryBudget(),
): HttpServer {
  const connections = new Connections(memory, (socket) => {
    const requestId = randomUUID();
    refuseConnection(socket, OVERLOADED, requestId);
    observer.unparsed(OVERLOADED.status, requestId);
  });
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.requestTime,
    requestTimeout: limits.requestTime,
    keepAliveTimeout: limits.keepAlive,
    connectionsCheckingInterval: CHECK_INTERVAL,
    // Repeated headers reach the application joined, so two Authorization headers are not a valid token.
    joinDuplicateHeaders: true,
    // Node would answer in its own words.
    requireHostHeader: false,
    noDelay: true,
    IncomingMessage: MergingMessage,
    shouldUpgradeCallback: (incoming) => !hasBody(incoming),
    // No more than this and a packet of an unread body is taken off the wire.
    highWaterMark: SMALL,
  });
  // A client may close its sending side and wait for its answers: Node would close both sides.
  Object.assign(server, { httpAllowHalfOpen: true });
  // Only their size is limited: by number, Node 26 refuses more than 1,000, and older ones silently drop the rest.
  server.maxHeadersCount = 0;
  // A client that does not read the answer holds the connection for at most this long; nothing else is as slow.
  server.timeout = UNREAD * limits.requestTime;
  const listeners = new Listeners(server);
  const serve = nodeListener(app, observer, memory);

  /** Closing the listener resets connections that the system has accepted but Node has not: they get their turn first. */
  async function untilNobodyWaits(): Promise<void> {
    for (let turn = 0, before = -1; turn < MOST_TURNS && before !== connections.opened; turn++) {
      before = connections.opened;
      await setImmediate();
    }
  }

  function refuse(socket: Duplex, problem: Problem, requestId: string): void {
    answerRaw(socket, problem, requestId);
    observer.unparsed(problem.status, requestId);
  }

  function onRequest(incoming: IncomingMessage, outgoing: ServerResponse): void {
    // Node drops whatever follows its body in the same packet, so nothing may follow.
    if (incoming.headers.upgrade !== undefined && hasBody(incoming)) {
      outgoing.shouldKeepAlive = false;
      // Nor does its parser report that the client ends its side before the body is complete.
      incoming.socket.once('end', () => {
        if (!incoming.complete) server.emit('clientError', new Error('the body is incomplete'), incoming.socket);
      });
    }
    connections.enqueue(incoming, outgoing, () => serve(incoming, outgoing));
  }

  server.on('connection', (socket) => connections.add(socket));
  server.on('request', onRequest);
  // `readJson` asks for the body when it is needed. A refused client may or may not send it anyway, and a body could not be
  // distinguished from a next request: the connection ends with the answer.
  server.on('checkContinue', (incoming, outgoing) => {
    outgoing.shouldKeepAlive = false;
    onRequest(incoming, outgoing);
  });
  server.on('checkExpectation', onRequest);
  server.on('connect', (incoming, socket) => {
    connections.whenAnswered(socket, () => refuse(socket, NOT_HTTP, requestIdOf(headersOf(incoming))));
  });
  server.on('upgrade', (incoming, socket: Socket, rest) => {
    connections.whenAnswered(socket, () =>
      ignoreUpgrade(incoming, socket, rest, () => server.emit('connection', socket)),
    );
  });
  server.on('clientError', refuseUnparsed(connections, refuse));

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
    destroy: () => connections.destroy(),
    get connections() {
      return connections.size;
    },
  };
}
