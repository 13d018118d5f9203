import { z } from '@hono/zod-openapi';
import { PROBLEM_CONTENT_TYPE } from '../http/problem.js';
import { type HeaderName, headersWith } from './headers.js';

/** The body of every error (RFC 9457). */
const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().openapi({ description: 'Name of the status.' }),
    status: z.number().int().openapi({ description: 'The HTTP status.' }),
    detail: z.string().openapi({ description: 'What went wrong, for a person.' }),
    message: z.string().openapi({ description: 'The same as `detail`, for older clients.' }),
    errors: z
      .array(
        z.object({
          path: z.string().openapi({ description: 'JSON pointer to the wrong value; empty for the whole.' }),
          message: z.string().openapi({ description: 'The broken rule.' }),
        }),
      )
      .max(100)
      .optional()
      .openapi({ description: 'For invalid input: every fault, 100 at most.' }),
    request_id: z.string().optional().openapi({ description: 'Only with status 500: name it to the operators.' }),
  })
  .openapi('Problem');

interface ErrorDoc {
  readonly title: string;
  readonly description: string;
  readonly detail: string;
  readonly headers?: readonly HeaderName[];
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** What each error status means, for the document. */
const ERRORS = {
  400: {
    title: 'Bad Request',
    description: 'An id in the path, the body or a header is not valid.',
    detail: 'The body is not valid.',
    errors: [{ path: '/app_version', message: 'Required' }],
  },
  401: {
    title: 'Unauthorized',
    description: 'There is no valid token.',
    detail: 'A bearer token is required.',
    headers: ['WWWAuthenticate'],
  },
  403: {
    title: 'Forbidden',
    description: 'The token is valid but does not permit this.',
    detail: 'The access token does not permit access to these records.',
  },
  404: {
    title: 'Not Found',
    description: 'There is no such record, or it belongs to another owner.',
    detail: 'There is no such record.',
  },
  409: {
    title: 'Conflict',
    description: 'The first request with this Idempotency-Key is still in progress.',
    detail: 'The first request with this Idempotency-Key is still in progress.',
    headers: ['RetryAfter'],
  },
  412: {
    title: 'Precondition Failed',
    description: 'The record is not the one that the request is conditional on.',
    detail: 'The record is not the one that the request is conditional on.',
  },
  413: {
    title: 'Payload Too Large',
    description: 'The body is longer than 1 MiB.',
    detail: 'The body must not be longer than 1048576 bytes.',
  },
  415: {
    title: 'Unsupported Media Type',
    description: 'The body is not JSON in UTF-8.',
    detail:
      'The body must be JSON: Content-Type application/json or application/*+json, charset absent or utf-8, no Content-Encoding.',
  },
  422: {
    title: 'Unprocessable Entity',
    description: 'The Idempotency-Key was already used for another request.',
    detail: 'The Idempotency-Key was already used for another request.',
  },
  503: {
    title: 'Service Unavailable',
    description: 'The database, or the token issuer’s keys, are not available, or the service is overloaded.',
    detail: 'The database is not available. Try again soon.',
    headers: ['RetryAfter'],
  },
} as const satisfies Record<number, ErrorDoc>;

export type ErrorStatus = keyof typeof ERRORS;

/** The error responses of an operation: these, and one for anything that may happen anywhere. */
export function errorResponses(...statuses: readonly ErrorStatus[]) {
  return {
    ...Object.fromEntries(statuses.map((status) => [status, responseOf(status, ERRORS[status])])),
    default: {
      description:
        'Any other error: 404 and 405 for addresses and methods that do not exist, 408 and 431 for requests that are too slow or have too many headers, 500 for a fault of the service.',
      headers: headersWith(),
      content: { [PROBLEM_CONTENT_TYPE]: { schema: problem, example: INTERNAL } },
    },
  };
}

const INTERNAL = {
  type: 'about:blank',
  title: 'Internal Server Error',
  status: 500,
  detail: 'Internal server error',
  message: 'Internal server error',
  request_id: '6f0a1c52-6f0e-4a39-8a52-6a0d5f0e7f11',
};

function responseOf(status: number, { title, description, detail, headers = [], errors }: ErrorDoc) {
  const example = { type: 'about:blank', title, status, detail, message: detail, ...(errors && { errors }) };
  return {
    description,
    headers: headersWith(...headers),
    content: { [PROBLEM_CONTENT_TYPE]: { schema: problem, example } },
  };
}
