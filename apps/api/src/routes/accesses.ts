import type { UseCases } from '@polaris-telemetry/domain';
import { z } from 'zod';
import { policies } from '../auth/policies.js';
import { pageAnswer } from '../http/page.js';
import { readPageQuery } from '../http/page-token.js';
import { Problem } from '../http/problem.js';
import { accessesDoc } from '../openapi/person-docs.js';
import { Operation } from '../pipeline/operation.js';
import { showAccess } from '../wire/access.js';
import { pageParameters } from '../wire/page.js';
import { instant, once, text } from '../wire/parameters.js';

const parameters = z.strictObject({
  ...pageParameters,
  person_id: once(text, {
    description: 'The person it was about, alone or among others whom the query names.',
    example: 'patient-1',
  }).optional(),
  actor: once(text, { description: 'Who looked.', example: 'clinician-1' }).optional(),
  from: once(instant, { description: 'At this instant or later.', example: '2026-01-01T00:00:00Z' }).optional(),
  before: once(instant, { description: 'Earlier than this instant.', example: '2026-02-01T00:00:00Z' }).optional(),
});

/** GET: a page of the access log. */
export function accessOperations({ listAccesses }: Pick<UseCases, 'listAccesses'>): Operation[] {
  return [
    Operation.of({
      method: 'get',
      path: '/dhos/v1/telemetry/accesses',
      policy: policies.dataProtection,
      workload: 'reads',
      doc: () => accessesDoc(parameters),
      prepare: (exchange) => {
        const read = readPageQuery(exchange, parameters);
        if (read instanceof Problem) return read;
        const { after } = read;
        const { person_id: personId, actor, from, before, page_size: limit } = read.query;
        return async () => {
          const page = await listAccesses({ personId, actor, from, before }, { limit, after });
          return pageAnswer(exchange, page, showAccess);
        };
      },
    }),
  ];
}
