import type { MiddlewareHandler } from 'hono';

/**
 * Lets a POST pass only if it comes from a page of the dashboard itself. `SameSite` alone would let the pages of other
 * services of the same site through.
 *
 * @param url where browsers reach the dashboard; undefined: at the requested Host
 */
export function ofSameOrigin(url: URL | undefined): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const expected = url ?? new URL(c.req.url);
    const isOurs = url === undefined ? URL.parse(origin ?? '')?.host === expected.host : origin === url.origin;
    // With `Referrer-Policy: no-referrer` browsers say `null`, but no page can forge what they say of the site.
    const isSaidToBe = origin === 'null' && c.req.header('sec-fetch-site') === 'same-origin';
    if (isOurs || isSaidToBe) return next();
    return c.text('This form was not sent from a page of the dashboard. Nothing was done.', 403);
  };
}
