import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { respond } from '../http/answer.js';
import { Exchange } from '../http/exchange.js';
import type { MemoryBudget } from '../http/memory-budget.js';
import { NO_ROUTE } from '../http/path-pattern.js';
import { Problem } from '../http/problem.js';
import type { App } from '../http/received.js';
import type { ObserveUnparsed } from '../pipeline/request-observer.js';

const NO_HOST = new Problem(400, 'An HTTP/1.1 request must have a Host header.');
const BAD_TARGET = new Problem(400, 'The request target or the Host header is not valid.');

/** Answers requests of Node's HTTP server. */
export type NodeListener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/**
 * Passes requests through node-server and Hono, with our answers in place of node-server's own.
 *
 * @param observe called for every such answer
 * @param memory the budget that pays for the requests
 */
export function throughHono(app: App, observe: ObserveUnparsed, memory: MemoryBudget): NodeListener {
  let current: IncomingMessage | undefined;
  const refused = (incoming: IncomingMessage | undefined, problem: Problem): Response => {
    const request = new Request('http://localhost/', { method: incoming?.method === 'HEAD' ? 'HEAD' : 'GET' });
    const exchange = new Exchange({ incoming, method: request.method, path: '/' }, NO_ROUTE);
    observe(problem.status, exchange.requestId);
    return respond(exchange, problem);
  };
  const listener = getRequestListener(
    (request, env) =>
      hasHost(current) ? app.fetch(request, Object.assign(env, { memory })) : refused(current, NO_HOST),
    {
      // HTTP/1.0 has no Host, and old balancers' probes send none.
      hostname: 'localhost',
      // Called within the call of the listener if the input cannot become a Request.
      errorHandler: () => refused(current, BAD_TARGET),
      // Node handles unread bodies: it takes them off the wire and keeps the connection.
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
