import { Hono } from 'hono';
import { formOf } from '../http/form.js';
import { isLoopback } from '../http/loopback.js';
import type { Entrance } from './entrance.js';
import type { OneTimeCodes } from './one-time-codes.js';

/** Where the codes are: in this process, or in its parent. */
export type RedeemsCodes = Pick<OneTimeCodes, 'redeem'>;

/** A way in for development: a one-time code, instead of a token in an address. */
export class DevelopmentDoor {
  readonly #makeToken: () => Promise<string>;
  readonly #codes: RedeemsCodes;

  /** @param makeToken signs a token for staff */
  constructor(makeToken: () => Promise<string>, codes: RedeemsCodes) {
    this.#makeToken = makeToken;
    this.#codes = codes;
  }

  /** Returns a token for the code, once. */
  async tokenFor(code: string): Promise<string | undefined> {
    return (await this.#codes.redeem(code)) ? this.#makeToken() : undefined;
  }
}

/** The ways in for development: a pasted token, and a code. */
export function developmentRoutes(door: DevelopmentDoor, { enter, refuse }: Entrance): Hono {
  const routes = new Hono();
  routes.on(['GET', 'POST'], ['/sign-in', '/enter'], (c, next) => {
    const { hostname } = new URL(c.req.url);
    if (isLoopback(hostname) || (c.req.method === 'GET' && c.req.path === '/sign-in')) return next();
    return refuse(c, 403, `This way in is for this machine alone: go to localhost in place of ${hostname}.`);
  });
  routes.post('/sign-in', async (c) => {
    const form = await formOf(c);
    return enter(c, form.get('token')?.trim(), form.get('to'));
  });
  routes.get('/enter', async (c) => {
    // Link previews must not use it up.
    if (c.req.method === 'HEAD') return c.body(null, 204);
    const token = await door.tokenFor(c.req.query('code') ?? '');
    if (token !== undefined) return enter(c, token, './');
    return refuse(c, 400, 'This link has been used, or is older than ten minutes. A restart prints a new one.');
  });
  return routes;
}
