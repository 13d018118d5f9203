import type { IncomingMessage } from 'node:http';
import { sendThroughNode } from '../http/answer.js';
import { Exchange } from '../http/exchange.js';
import type { MemoryBudget } from '../http/memory-budget.js';
import { NO_ROUTE } from '../http/path-pattern.js';
import { INTERNAL_ERROR } from '../http/problems.js';
import { rawPath } from '../http/raw-path.js';
import type { App, Handler, Received } from '../http/received.js';
import type { ServerObserver } from '../pipeline/request-observer.js';
import type { NodeListener } from './through-hono.js';

/**
 * Passes requests straight to the operation that Hono's router finds. Whatever needs a second look goes through
 * node-server and Hono. (The way through both takes a quarter of what a small request costs: docs/lab/speed.md.)
 *
 * @param observer called for every answer to a request that cannot reach the application
 * @param memory the budget that pays for the requests
 */
export function nodeListener(app: App, observer: ServerObserver, memory: MemoryBudget): NodeListener {
  let secondLook: Promise<NodeListener> | undefined;
  /** Loaded on demand: node-server makes Node load fetch and HTTP/2, which together are a fifth of an idle process. */
  async function loadSecondLook(): Promise<NodeListener> {
    const { throughHono } = await import('./through-hono.js');
    return throughHono(app, observer.unparsed, memory);
  }
  /** The program's files were replaced while it runs, or it may open no more of them: the next request tries again. */
  function failToLoad(received: Received, error: unknown): void {
    secondLook = undefined;
    const exchange = new Exchange(received, NO_ROUTE);
    observer.failed(exchange, error, INTERNAL_ERROR.status);
    observer.unparsed(INTERNAL_ERROR.status, exchange.requestId);
    sendThroughNode(exchange, INTERNAL_ERROR);
  }
  return (incoming, outgoing) => {
    const { method = 'GET' } = incoming;
    const path = isPlain(incoming) ? rawPath(incoming.url ?? '') : undefined;
    const handler = path === undefined ? undefined : directHandler(app, method, path);
    if (path !== undefined && handler !== undefined) {
      void handler.direct({ incoming, outgoing, memory, method, path });
      return;
    }
    secondLook ??= loadSecondLook();
    void secondLook.then(
      (serve) => {
        // The parser may have refused what follows the head by now, and so ended the connection with an answer.
        if (!incoming.socket.writableEnded) serve(incoming, outgoing);
      },
      (error: unknown) => failToLoad({ incoming, outgoing, method, path: '/' }, error),
    );
  };
}

/** A host that a URL can have, with a usual port, and nothing to normalise. */
const PLAIN_HOST = /^[a-z0-9._-]+(?::(?:[1-5]\d{3,4}|[6-9]\d{3}))?$/;

/**
 * Whether target, Host and framing need no further look: node-server examines all others. Only after the head does the
 * parser refuse a transfer coding or a broken chunk; the straight way could have answered by then.
 */
function isPlain({ headers, url = '' }: IncomingMessage): boolean {
  const { host } = headers;
  if (host === undefined || headers['transfer-encoding'] !== undefined) return false;
  return url.startsWith('/') && !url.includes('\\') && PLAIN_HOST.test(host);
}

/** The operation of a request; undefined for what is not one of ours alone. */
function directHandler(app: App, method: string, path: string): Pick<Handler, 'direct'> | undefined {
  const [matched] = app.router.match(method === 'HEAD' ? 'GET' : method, path);
  const handler = matched.length === 1 ? matched[0]?.[0][0] : undefined;
  return handler !== undefined && 'direct' in handler ? (handler as unknown as Handler) : undefined;
}
