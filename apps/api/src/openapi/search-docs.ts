import { z } from '@hono/zod-openapi';
import type { OperationDoc } from '../pipeline/operation.js';
import { instant, page, pageResponse } from './list-docs.js';
import { errorResponses } from './problems.js';
import type { EndpointDoc, RecordDoc } from './record-docs.js';

const total = z
  .object({
    count: z.number().int().openapi({ description: 'At most 10,000.' }),
    exact: z.boolean().openapi({ description: 'False if there are more than 10,000.' }),
  })
  .optional()
  .openapi({ description: 'The total number of results, with `total=true`.' });

/** A search across people, whose results are records. */
export function searchingDoc(record: RecordDoc, query: z.ZodObject, text: EndpointDoc): OperationDoc {
  const example = { results: [record.example], next_page_token: null, as_of: '2026-01-31T09:30:00.000Z' };
  return {
    tags: ['Search'],
    ...text,
    request: { query },
    responses: {
      200: pageResponse('A page of results.', z.object({ results: z.array(record.schema), ...page, total }), example),
      ...errorResponses(400, 401, 403, 503),
    },
  };
}

/** A search across people, whose results are people and what they run. */
export function searchingPeopleDoc(
  owner: 'patient' | 'clinician',
  { schema, example, ownerId }: RecordDoc,
  query: z.ZodObject,
): OperationDoc {
  const since = '2022-03-04T08:30:00.000Z';
  const member = z.object({
    [ownerId.name]: z.string().openapi({ description: ownerId.description }),
    app_product: z.string(),
    since: instant('Effective date of the current installation (UTC).'),
    version_since: instant('When it started to run its present version without a break, as far as known (UTC).'),
    last_seen: instant('The latest `modified` of the person’s installations of the product (UTC).'),
    installations: z.number().int().openapi({ description: 'How many of them there are.' }),
    installation: schema,
  });
  const found = {
    [ownerId.name]: ownerId.example,
    app_product: example['app_product'],
    since,
    version_since: since,
    last_seen: example['modified'],
    installations: 1,
    installation: example,
  };
  return {
    tags: ['Search'],
    operationId: `search_${owner}s`,
    summary: `Search the ${owner}s and what they run`,
    description: `One result for each person and product, with the current installation. ${WHO_RUNS_WHAT}`,
    request: { query },
    responses: {
      200: pageResponse('A page of results.', z.object({ results: z.array(member), ...page, total }), {
        results: [found],
        next_page_token: null,
        as_of: '2026-01-31T09:30:00.000Z',
      }),
      ...errorResponses(400, 401, 403, 503),
    },
  };
}

/** What a search of people means, for the document. */
const WHO_RUNS_WHAT =
  'An installation counts from its effective date: the date of first use, or `created` if that date is later than `created` or before 2015, which means that the device’s clock was wrong. *Current* is the installation with the latest effective date; `latest_installation` goes by the date as sent, and differs for such a device. The figures are as of `as_of`, a few seconds ago; longer ago after a bulk load. If nothing has brought them up to date for more than 10 seconds, the answer is 503. Versions beyond the 10,000 that are distinguished of a product, and those of more than 1,000 bytes, are in no range of versions. Until all this has been built once on an existing database, the answer is 503 and reports the progress.';
