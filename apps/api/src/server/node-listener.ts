import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { respond } from '../http/answer.js';
import { Exchange } from '../http/exchange.js';
import type { MemoryBudget } from '../http/memory-budget.js';
import { PathPattern } from '../http/path-pattern.js';
import { Problem } from '../http/problem.js';
import { rawPath } from '../http/raw-path.js';
import type { App, Handler } from '../http/received.js';
import type { ObserveUnparsed } from '../pipeline/request-observer.js';

const NO_HOST = new Problem(400, 'An HTTP/1.1 request must have a Host header.');
const NO_ROUTE = new PathPattern('none');
const BAD_TARGET = new Problem(400, 'The request target or the Host header is not valid.');

/**
 * Passes requests straight to the operation that Hono's router finds. Whatever needs a second look goes through
 * node-server and Hono, with our answers in place of node-server's own. (The way through both takes a quarter of what
 * a small request costs: docs/lab/speed.md.)
 *
 * @param observe called for every such answer
 * @param memory the budget that pays for the requests
 */
export function nodeListener(
  app: App,
  observe: ObserveUnparsed,
  memory: MemoryBudget,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
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
    const { method = 'GET' } = incoming;
    const path = isPlain(incoming) ? rawPath(incoming.url ?? '') : undefined;
    const handler = path === undefined ? undefined : directHandler(app, method, path);
    if (path !== undefined && handler !== undefined) {
      void handler.direct({ incoming, outgoing, memory, method, path });
      return;
    }
    current = incoming;
    void listener(incoming, outgoing);
  };
}

/** A host that a URL can have, with a usual port, and nothing to normalise. */
const PLAIN_HOST = /^[a-z0-9._-]+(?::(?:[1-5]\d{3,4}|[6-9]\d{3}))?$/;

/** Whether target and Host need no further look: node-server examines all others. */
function isPlain({ headers: { host }, url = '' }: IncomingMessage): boolean {
  return host !== undefined && url.startsWith('/') && !url.includes('\\') && PLAIN_HOST.test(host);
}

/** The operation of a request; undefined for what is not one of ours alone. */
function directHandler(app: App, method: string, path: string): Pick<Handler, 'direct'> | undefined {
  const [matched] = app.router.match(method === 'HEAD' ? 'GET' : method, path);
  const handler = matched.length === 1 ? matched[0]?.[0][0] : undefined;
  return handler !== undefined && 'direct' in handler ? (handler as unknown as Handler) : undefined;
}

function hasHost(incoming: IncomingMessage | undefined): boolean {
  return incoming?.headers.host !== undefined || incoming?.httpVersion !== '1.1';
}
