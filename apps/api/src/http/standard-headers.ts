/** The headers of every answer, besides its request id. Browsers may not guess a type other than the declared one. */
export const STANDARD_HEADERS = {
  'Cache-Control': 'no-cache, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
  'X-Content-Type-Options': 'nosniff',
} as const;

/**
 * `Cache-Control` for operations that require a token: without `private` and with `must-revalidate`, a shared cache may
 * store answers to requests with an Authorization header (RFC 9111, section 3.5).
 */
export const PRIVATE_CACHE_CONTROL = `private, ${STANDARD_HEADERS['Cache-Control']}`;
