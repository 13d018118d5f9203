import { z } from '@hono/zod-openapi';
import type { OperationDoc } from '../pipeline/operation.js';
import { AS_OF, page, pageResponse } from './list-docs.js';
import { errorResponses } from './problems.js';

const tags = ['People'];

export const accessSchema = z
  .object({
    at: z.string().openapi({ format: 'date-time', description: 'When it was answered (UTC).' }),
    actor: z.string().openapi({ description: 'Who looked: the id that the token names.' }),
    operation: z.string().openapi({ description: 'Method and path; HEAD counts as GET.' }),
    person_id: z.string().nullable().openapi({ description: 'The person it was about, if it was about one person.' }),
    query: z.string().nullable().openapi({ description: 'The query string, without `page_token`.' }),
    status: z.number().int().openapi({ description: 'The HTTP status of the answer.' }),
    request_id: z.string().openapi({ description: 'The `X-Request-ID` of the answer.' }),
  })
  .openapi('Access');

export const ACCESS_EXAMPLE = {
  at: '2026-01-31T09:29:58.123Z',
  actor: 'c0ffee00-1d2e-4c3b-8a49-5f6e7d8c9b0a',
  operation: 'GET /dhos/v1/patient/{patient_id}/device_summary',
  person_id: '9d9c3c3e-6a0b-4b1a-8d5c-1f2e3d4c5b6a',
  query: null,
  status: 200,
  request_id: '6f0a1c52-6f0e-4a39-8a52-6a0d5f0e7f11',
};

/** GET of a page of accesses. */
export function accessesDoc(query: z.ZodObject): OperationDoc {
  const schema = z.object({ results: z.array(accessSchema), ...page });
  const example = { results: [ACCESS_EXAMPLE], next_page_token: null, as_of: AS_OF };
  return {
    tags,
    operationId: 'list_accesses',
    summary: 'List who looked at whose data',
    description:
      'Newest first. Each answer to a GET, or to the POST of an erasure, that needed a scope of staff has an entry, whatever its status except 401, 403 and 503. Owners’ requests about themselves are not kept, nor are reports, which name no one. An entry for a page that showed a person among others names that person only if the query did. This request adds an entry too.',
    request: { query },
    responses: { 200: pageResponse('A page of the list.', schema, example), ...errorResponses(400, 401, 403, 503) },
  };
}
