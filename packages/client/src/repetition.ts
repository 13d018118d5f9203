import { hasDotSegment } from './attempt.js';
import type { RetryContext } from './generated/runtime/types.js';

/** A request answered with one of these statuses may succeed a little later, whether the service, a proxy or a balancer sent it. */
const PASSING: readonly number[] = [408, 429, 502, 503, 504];

/** In seconds. If asked to wait longer, the call fails and the caller decides. */
const LONGEST_WAIT = 30;

/**
 * Whether to retry. Every operation may be repeated: GET and HEAD change nothing, PATCH sets values, and the service
 * recognises a repeated POST by its key.
 */
export function isWorthRepeating({ request, response }: RetryContext): boolean {
  if (request.method === 'POST' && !('Idempotency-Key' in request.headers)) return false;
  if (response === undefined) return !hasDotSegment(request.url);
  const wait = response.headers.get('retry-after');
  // The first request with this key has not ended yet: we lost its connection.
  if (response.status === 409) return wait !== null;
  return PASSING.includes(response.status) && !(Number(wait) > LONGEST_WAIT);
}
