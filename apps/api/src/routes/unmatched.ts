import { respond } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import { PathPattern } from '../http/path-pattern.js';
import { Problem } from '../http/problem.js';
import { NO_SUCH_ADDRESS } from '../http/problems.js';
import { hasEncodedSlash } from '../http/raw-path.js';
import { type App, type HonoContext, receivedByHono } from '../http/received.js';
import { observed } from '../pipeline/create-handler.js';
import type { RequestObserver } from '../pipeline/request-observer.js';

/** The name in logs and metrics for a request that matches no operation: its path may hold anything. */
const ROUTE = new PathPattern('unmatched');
const METHODS = ['GET', 'POST', 'PATCH'] as const;

/** Answers requests that match no operation: an unknown address, another method, or OPTIONS. */
export function createUnmatchedHandler(app: App, observer: RequestObserver): (context: HonoContext) => Response {
  const answer = observed(observer, ROUTE, (exchange) => {
    const outcome = answerOf(exchange, allowedMethods(app, exchange.path));
    observer.ofRoute(exchange.method, ROUTE.text)(exchange, outcome.status);
    return respond(exchange, outcome);
  });
  return (context) => answer(receivedByHono(context));
}

function answerOf({ method, path }: Exchange, allowed: readonly string[]) {
  if (allowed.length === 0 || hasEncodedSlash(path)) return NO_SUCH_ADDRESS;
  const headers = { Allow: allowed.join(', ') };
  if (method === 'OPTIONS') return { status: 204, headers };
  return new Problem(405, `This address does not know the method ${method}.`, { headers });
}

function allowedMethods(app: App, path: string): readonly string[] {
  const known = METHODS.filter((method) => app.router.match(method, path)[0].length > 0);
  if (known.length === 0) return [];
  return [...known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'];
}
