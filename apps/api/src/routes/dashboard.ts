import { PathPattern } from '../http/path-pattern.js';
import { type App, type HonoContext, receivedByHono } from '../http/received.js';
import { observed } from '../pipeline/create-handler.js';
import type { Operation } from '../pipeline/operation.js';
import type { RequestObserver } from '../pipeline/request-observer.js';
import { publicly } from './publicly.js';

/** The name in logs and metrics for every page: an address may hold a person's id. */
const ROUTE = '/dashboard/{page}';

/** The pages for people, which call the API as any client would. */
export interface Dashboard {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** Returns the operation that leads to the first page; relative, so that it also works behind a proxy that adds a prefix. */
export function leadToDashboard(): Operation {
  // Temporary: a browser keeps a permanent redirect, and the next service at this address may have no dashboard.
  return publicly('/dashboard', undefined, () => ({ status: 307, headers: { Location: 'dashboard/' } }));
}

/** Lets a dashboard answer everything below `/dashboard/`, within the span and the log line of a request. */
export function mountDashboard(app: App, dashboard: Dashboard, observer: RequestObserver): void {
  for (const method of ['GET', 'POST']) {
    const observe = observer.ofRoute(method, ROUTE);
    const answer = observed(observer, new PathPattern(ROUTE), async (exchange) => {
      const { requestId } = exchange;
      // Pages come through Hono alone.
      const request = exchange.request as Request;
      const headers = new Headers(request.headers);
      headers.set('X-Request-ID', requestId);
      const response = await dashboard.fetch(new Request(request, { headers }));
      response.headers.set('X-Request-ID', requestId);
      observe(exchange, response.status);
      return response;
    });
    app.on(method, '/dashboard/:page{.*}', (context: HonoContext) => answer(receivedByHono(context)));
  }
}
