import { Hono } from 'hono';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { destinationOf } from '../http/destination.js';
import type { Entrance, OnError } from './entrance.js';
import type { Flow, Provider } from './provider.js';
import type { SealedCookie } from './sealed-cookie.js';

/** How long a person may take to sign in with the provider, in seconds. */
const LONGEST_FLOW = 600;

/** Signing in with a provider: `begin` leads there, `signed-in` back, and `leave` signs out. */
export function providerRoutes(
  provider: Provider,
  { enter, refuse }: Entrance,
  cookie: SealedCookie<Flow>,
  onError: OnError,
): Hono {
  const routes = new Hono();

  routes.get('/begin', async (c) => {
    const { location, flow } = await provider.begin(destinationOf(c.req.query('to')));
    const end = Math.floor(Date.now() / 1000) + LONGEST_FLOW;
    if (!(await cookie.set(c, flow, end)))
      return refuse(c, 400, 'The address of the page is too long to come back to.');
    return c.redirect(location.href, 303);
  });

  routes.get('/signed-in', async (c) => {
    const flow = await cookie.get(c);
    cookie.delete(c);
    if (flow === undefined) {
      return refuse(
        c,
        400,
        'The sign-in took longer than ten minutes, or began in another browser. Please begin again.',
      );
    }
    return enter(c, await provider.finish(new URL(c.req.url).search, flow), flow.to);
  });

  routes.get('/leave', async (c) => c.redirect((await provider.leave())?.href ?? 'sign-in', 303));

  routes.onError((error, c) => {
    if (error instanceof AuthorizationResponseError) {
      return refuse(c, 403, `The sign-in was refused: ${error.error_description ?? error.error}`);
    }
    if (isStale(error)) return refuse(c, 400, 'This is not the answer to your last sign-in. Please begin again.');
    onError(error, c.req.header('x-request-id') ?? '');
    return refuse(c, 502, 'Signing in does not work at the moment. Try again in a little while.');
  });
  return routes;
}

/** Whether an answer is late or belongs to another sign-in: an old tab, a link followed twice. */
function isStale(error: unknown): boolean {
  if (error instanceof ResponseBodyError) return error.error === 'invalid_grant';
  return error instanceof ClientError && error.code === 'OAUTH_INVALID_RESPONSE';
}
