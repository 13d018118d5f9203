import { z } from '@hono/zod-openapi';
import type { OperationDoc } from '../pipeline/operation.js';
import { headersWith } from './headers.js';
import { errorResponses } from './problems.js';
import type { EndpointDoc } from './record-docs.js';

/** What the document says about a report. */
export interface ReportDoc extends EndpointDoc {
  readonly query: z.ZodObject;
  readonly schema: z.ZodType;
  readonly example: object;
  /** The first lines of the table. */
  readonly csvExample: string;
}

/** A report: JSON, or CSV if the request prefers it. */
export function reportingDoc({ query, schema, example, csvExample, ...text }: ReportDoc): OperationDoc {
  return {
    tags: ['Reports'],
    ...text,
    request: { query },
    responses: {
      200: {
        description: 'The report; as CSV (RFC 4180, UTF-8, with a header line) if `Accept` prefers `text/csv`.',
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
