import { algorithms } from './algorithms.js';
import { carriers } from './carriers.js';
import { claims, extensions } from './claims.js';
import { embeddedKeys, keyIds, unfitKeys } from './keys.js';
import type { HostileFamily } from './making.js';
import { shapes } from './shapes.js';

/**
 * Every family of RFC 8725, RFC 7519, RFC 7515 and RFC 6750 that a request may try. Each member must end in 401, with a
 * cold verifier and with a warm one, on every protected route.
 */
export const hostileTokens: Readonly<Record<string, HostileFamily>> = {
  carriers,
  shapes,
  algorithms,
  'keys in the header': embeddedKeys,
  'key ids': keyIds,
  'published keys that do not fit': unfitKeys,
  extensions,
  claims,
};
