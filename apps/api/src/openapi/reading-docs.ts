import { z } from '@hono/zod-openapi';
import type { OperationDoc } from '../pipeline/operation.js';
import { headersWith } from './headers.js';
import { page, pageResponse } from './list-docs.js';
import { errorResponses } from './problems.js';
import type { EndpointDoc, RecordDoc } from './record-docs.js';

const total = z
  .object({
    count: z.number().int().openapi({ description: 'At most 10,000.' }),
    exact: z.boolean().openapi({ description: 'False where there are more than 10,000.' }),
  })
  .optional()
  .openapi({ description: 'How many results there are in all, with `total=true`.' });

/** A search across people, whose results are records. */
export function searchingDoc(record: RecordDoc, query: z.ZodObject, text: EndpointDoc): OperationDoc {
  const example = { results: [record.example], next_page_token: null, as_of: '2026-01-31T09:30:00.000Z' };
  return {
    tags: ['Search'],
    ...text,
    request: { query },
    responses: {
      200: pageResponse(
        'A page of what was found.',
        z.object({ results: z.array(record.schema), ...page, total }),
        example,
      ),
      ...errorResponses(400, 401, 403, 503),
    },
  };
}

/** What the document says of a report. */
export interface ReportDoc extends EndpointDoc {
  readonly query: z.ZodObject;
  readonly schema: z.ZodType;
  readonly example: object;
  /** What the columns of the table mean, where the fields of the results do not say so. */
  readonly csvExample: string;
}

/** A report: JSON, or CSV where the request prefers it. */
export function reportingDoc({ query, schema, example, csvExample, ...text }: ReportDoc): OperationDoc {
  return {
    tags: ['Reports'],
    ...text,
    request: { query },
    responses: {
      200: {
        description: 'The report; as CSV (RFC 4180, UTF-8, with a header line) where `Accept` prefers `text/csv`.',
        headers: headersWith('Vary'),
        content: {
          'application/json': { schema, example },
          'text/csv': { schema: z.string(), example: csvExample },
        },
      },
      ...errorResponses(400, 401, 403, 503),
    },
  };
}
