/** The headers of every answer, beside its request id. No browser may guess another type than the one that is said. */
export const STANDARD_HEADERS = {
  'Cache-Control': 'no-cache, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
  'X-Content-Type-Options': 'nosniff',
} as const;

/**
 * `Cache-Control` of the answers of operations that want a token: without `private` and with `must-revalidate`, a shared
 * cache may store what was asked for with an Authorization header (RFC 9111, section 3.5).
 */
export const PRIVATE_CACHE_CONTROL = `private, ${STANDARD_HEADERS['Cache-Control']}`;
