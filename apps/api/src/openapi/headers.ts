import { z } from '@hono/zod-openapi';

/** The response headers that the document describes once and refers to. */
export const HEADERS = {
  XRequestID: {
    name: 'X-Request-ID',
    description:
      'The id of this request in the logs: the request’s own X-Request-ID, X-Correlation-ID or X-Amzn-Trace-Id if it is sane, otherwise a new UUID.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
    example: '6f0a1c52-6f0e-4a39-8a52-6a0d5f0e7f11',
  },
  CacheControl: {
    name: 'Cache-Control',
    description:
      'Caches must revalidate every answer, and only the token’s holder may keep an answer to a token (`private`); `Pragma: no-cache` and `Expires: 0` say the same to old caches.',
    schema: { type: 'string' },
    example: 'private, no-cache, must-revalidate',
  },
  ETag: {
    name: 'ETag',
    description:
      'Strong entity tag of the record, the same from every operation that returns it. Proxies that compress answers change it on the way; make them leave JSON alone if you use If-Match.',
    schema: { type: 'string' },
    example: '"QmV0dGVyIHRoYW4gbm90aG"',
  },
  IdempotencyReplayed: {
    name: 'Idempotency-Replayed',
    description: '`true` if an earlier request with the same Idempotency-Key created this record.',
    schema: { type: 'string', pattern: '^true$' },
    example: 'true',
  },
  Link: {
    name: 'Link',
    description: 'The next page, if there is one (RFC 8288): an absolute path with all parameters.',
    schema: { type: 'string' },
    example: '</dhos/v1/patient/p/installation?page_token=bmV4dA>; rel="next"',
  },
  WWWAuthenticate: {
    name: 'WWW-Authenticate',
    description: 'The kind of token required and, if there was one, what is wrong with it (RFC 6750).',
    schema: { type: 'string' },
    example: 'Bearer error="invalid_token", error_description="The access token has expired."',
  },
  Vary: {
    name: 'Vary',
    description: 'The answer depends on these request headers.',
    schema: { type: 'string' },
    example: 'Accept',
  },
  RetryAfter: {
    name: 'Retry-After',
    description: 'Seconds after which a retry makes sense.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
    example: '1',
  },
} as const;

export type HeaderName = keyof typeof HEADERS;

/** References to the headers of a response: the two common ones, and others. */
export function headersWith(...more: readonly HeaderName[]) {
  const names: readonly HeaderName[] = ['XRequestID', 'CacheControl', ...more];
  return Object.fromEntries(names.map((key) => [HEADERS[key].name, { $ref: `#/components/headers/${key}` }]));
}

/** The request headers that operations on records read. */
export const REQUEST_HEADERS = {
  ifMatch: z
    .string()
    .optional()
    .openapi({
      param: { name: 'If-Match', in: 'header' },
      description:
        'Proceed only if the record’s ETag is one of these; otherwise 412 and nothing changes. Send the tag as the service sent it: a proxy that compresses answers may have made it weak (`W/"…"`) or extended it (`"…-gzip"`), and such a tag never matches here.',
    }),
  ifNoneMatch: z
    .string()
    .optional()
    .openapi({
      param: { name: 'If-None-Match', in: 'header' },
      description: 'Return the record only if its ETag is none of these; otherwise 304.',
    }),
  idempotencyKey: z
    .string()
    .optional()
    .openapi({
      param: { name: 'Idempotency-Key', in: 'header' },
      description:
        'Makes the request safe to repeat: the same key, owner and body (the same JSON values, members in any order) within 24 hours return the first record again. A quoted string or a token of 1 to 255 characters.',
    }),
};
