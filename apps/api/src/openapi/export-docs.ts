import { z } from '@hono/zod-openapi';
import type { OperationDoc } from '../pipeline/operation.js';
import { headersWith } from './headers.js';
import { errorResponses } from './problems.js';

const END = '{"_end":true,"rows":1,"sha256":"2e6c…"}\n';

/**
 * An export.
 *
 * @param tables what can be exported
 */
export function exportingDoc(tables: readonly [string, ...string[]], query: z.ZodObject): OperationDoc {
  const table = z.enum(tables).openapi({ description: 'What to export.', example: tables[0] });
  return {
    tags: ['Exports'],
    operationId: 'export_table',
    summary: 'Export a whole table',
    description:
      "Every record as the API returns it, in a fixed order of `uuid`; `revisions` has every known state of every record, including the present one. NDJSON ends with a line that has the number of rows and the SHA-256 of all bytes before it. It is not a snapshot: each record is as it was when it was read. An export that fails ends its connection without the end of the chunked body: continue with `after`, the last record received, and get exactly the rest. In CSV, a text that a spreadsheet would take for a formula gets a `'` in front; numbers, and NDJSON, are never altered. The connection ends after 60 s without reading. A process runs two exports at once; a third gets 503.",
    request: { params: z.object({ table }), query },
    responses: {
      200: {
        description: 'The export.',
        headers: headersWith(),
        content: {
          'application/x-ndjson': {
            schema: z.string(),
            example: `{"uuid":"8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c01",…}\n${END}`,
          },
          'text/csv': {
            schema: z.string(),
            example: 'uuid,patient_id,…\r\n8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c01,…\r\n',
          },
        },
      },
      ...errorResponses(400, 401, 403, 404, 503),
    },
  };
}
