import { z } from '@hono/zod-openapi';
import type { OperationDoc } from '../pipeline/operation.js';
import { headersWith, REQUEST_HEADERS } from './headers.js';
import { AS_OF, instant, page, pageResponse } from './list-docs.js';
import { errorResponses } from './problems.js';
import { pathOf } from './record-docs.js';

const tags = ['People'];
const count = (description: string) => z.number().int().openapi({ description });

/** How much is held on a person. */
export const personCounts = z
  .object({
    patient_installations: count('Phones.'),
    clinician_installations: count('Desktops.'),
    blood_glucose_meters: count('Meters.'),
    revisions: count('States of these records, the present ones included.'),
    retry_copies: count('Copies of these records, kept for 24 hours for safe retries.'),
    names_in_others_records: count(
      'How often the person is named in records of others as the one who made or changed them, earlier states and copies included.',
    ),
    accesses: count('Entries of the access log that name the person.'),
  })
  .openapi('PersonCounts');

export const COUNTS_EXAMPLE = {
  patient_installations: 2,
  clinician_installations: 0,
  blood_glucose_meters: 1,
  revisions: 5,
  retry_copies: 0,
  names_in_others_records: 0,
  accesses: 3,
};

const erasure = z
  .object({
    id: z.string(),
    at: instant('When it was done (UTC).'),
    by: z.string().openapi({ description: 'Who did it; `erased` once that person is erased.' }),
    counts: personCounts,
    subject: z.string().openapi({
      description:
        'Stands for the person: a digest of the id under a key that only the database has. The same for each erasure of one person.',
    }),
    dry_run: z.literal(false),
  })
  .openapi('Erasure');

const EXAMPLE = {
  id: '6f0a1c52-6f0e-4a39-8a52-6a0d5f0e7f11',
  at: '2026-01-31T09:29:58.123Z',
  by: 'c0ffee00-1d2e-4c3b-8a49-5f6e7d8c9b0a',
  counts: COUNTS_EXAMPLE,
  subject: '5d41c0ee2f7c33a1f0a1b06d1b35a0f3d0a6c1d1b7e04b0d6b8e9f8c2a7d5e41',
  dry_run: false,
} as const;

export function erasingDoc(schema: z.ZodType): OperationDoc {
  return {
    tags,
    operationId: 'erase_person',
    summary: 'Erase a person',
    description:
      'All or nothing, and for good: it deletes the person’s records, their revisions, copies kept for retries, and the person’s part in the figures of reports. Elsewhere (who created or changed another owner’s record, the access log, receipts) the name becomes `erased`. A patient and a clinician with the same id are one person. What others write meanwhile may stay: a second erasure removes it. The person’s app can register again. Backups and other systems are not erased. With `dry_run` nothing is changed. An id in the caller’s own token is refused (403).',
    request: {
      headers: z.object({ 'Idempotency-Key': REQUEST_HEADERS.idempotencyKey }),
      body: {
        required: true,
        content: { 'application/json': { schema, example: { person_id: 'patient-1', dry_run: false } } },
      },
    },
    responses: {
      200: {
        description: 'What an erasure would erase (`dry_run`).',
        headers: headersWith(),
        content: {
          'application/json': { schema: z.object({ counts: personCounts }), example: { counts: COUNTS_EXAMPLE } },
        },
      },
      201: {
        description: 'The receipt. It does not have the id of the person.',
        headers: headersWith('IdempotencyReplayed'),
        content: { 'application/json': { schema: erasure, example: EXAMPLE } },
      },
      ...errorResponses(400, 401, 403, 409, 413, 415, 422, 503),
    },
  };
}

export function listingErasuresDoc(query: z.ZodObject): OperationDoc {
  const schema = z.object({ results: z.array(erasure), ...page });
  const example = { results: [EXAMPLE], next_page_token: null, as_of: AS_OF };
  return {
    tags,
    operationId: 'list_erasures',
    summary: 'List the receipts of erasures',
    description: 'Newest first.',
    request: { query },
    responses: { 200: pageResponse('A page of the list.', schema, example), ...errorResponses(400, 401, 403, 503) },
  };
}

export function readingErasureDoc(): OperationDoc {
  const id = { name: 'erasure_id', description: 'The `id` of a receipt.', example: EXAMPLE.id, maxLength: 36 };
  return {
    tags,
    operationId: 'get_erasure',
    summary: 'Get the receipt of an erasure',
    description: 'Proves that it was done, without saying who was erased.',
    request: { params: pathOf(id) },
    responses: {
      200: {
        description: 'The receipt.',
        headers: headersWith(),
        content: { 'application/json': { schema: erasure, example: EXAMPLE } },
      },
      ...errorResponses(400, 401, 403, 404, 503),
    },
  };
}
