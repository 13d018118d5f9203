import type { RetryContext } from './generated/runtime/types.js';

/** An answer with one of these may differ a little later, no matter who sent it: the service, a proxy, a balancer. */
const PASSING: readonly number[] = [408, 429, 502, 503, 504];

/** Seconds. A caller asked to wait longer decides for itself. */
const LONGEST_WAIT = 30;

/**
 * Whether to try once more. Every operation may be repeated: GET and HEAD change nothing, PATCH names what shall be so, and
 * POST has a key that the service knows again.
 */
export function isWorthRepeating({ request, response }: RetryContext): boolean {
  if (request.method === 'POST' && !('Idempotency-Key' in request.headers)) return false;
  if (response === undefined) return true;
  const wait = response.headers.get('retry-after');
  // The first request with this key has not ended yet: we lost its connection.
  if (response.status === 409) return wait !== null;
  return PASSING.includes(response.status) && !(Number(wait) > LONGEST_WAIT);
}
