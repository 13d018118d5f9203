import { z } from '@hono/zod-openapi';
import type { OperationDoc } from '../pipeline/operation.js';
import { headersWith } from './headers.js';
import { type ErrorStatus, errorResponses } from './problems.js';
import { common, type EndpointDoc, pathOf, type RecordDoc } from './record-docs.js';

export const AS_OF = '2026-01-31T09:30:00.000Z';
/** A date and time in an answer. */
export const instant = (description: string) => z.string().openapi({ format: 'date-time', description });
const ERRORS = [400, 401, 403, 503] as const satisfies readonly ErrorStatus[];

/** The members of every page besides its results. */
export const page = {
  next_page_token: z
    .string()
    .nullable()
    .openapi({ description: 'Continues the list after these results; null at its end.' }),
  as_of: instant('Everything stored by this moment is in the page (UTC).'),
};

/** GET of a page of records. */
export function listingDoc(record: RecordDoc, text: EndpointDoc, query: z.ZodObject): OperationDoc {
  const schema = z.object({ results: z.array(record.schema), ...page });
  const example = { results: [record.example], next_page_token: null, as_of: AS_OF };
  return {
    ...common(record, text),
    request: { params: pathOf(record.ownerId), query },
    responses: { 200: pageResponse('A page of the list.', schema, example), ...errorResponses(...ERRORS) },
  };
}

/** One revision of a record. */
export function revisionSchema(record: RecordDoc) {
  const change = z.object({
    field: z.string().openapi({ description: 'Name of the field.' }),
    from: z.unknown().openapi({ description: 'Its value before.' }),
    to: z.unknown().openapi({ description: 'Its value since.' }),
  });
  return z.object({
    revision: z.number().int().openapi({ description: 'Counts the known states; 1 is the oldest.' }),
    at: instant('When the record reached this state: its `modified` at that moment (UTC).'),
    by: z.string().openapi({ description: 'Who made the change: its `modified_by` at that moment.' }),
    changes: z
      .array(change)
      .openapi({ description: 'What differs from the previous state; empty for the oldest one.' }),
    record: record.schema,
  });
}

/** GET of a page of a record's revisions. */
export function revisionsDoc(record: RecordDoc, text: EndpointDoc, query: z.ZodObject): OperationDoc {
  const revision = revisionSchema(record);
  const complete = z.boolean().openapi({
    description: 'False if the record changed before revisions were kept, so that earlier states are unknown.',
  });
  const example = {
    results: [
      {
        revision: 2,
        at: record.example['modified'],
        by: record.example['modified_by'],
        changes: [{ field: 'app_version', from: '1.12.0', to: record.example['app_version'] }],
        record: record.example,
      },
    ],
    next_page_token: 'bmV4dFBhZ2VUb2tlbg',
    as_of: AS_OF,
    complete: true,
  };
  return {
    ...common(record, text),
    request: { params: pathOf(record.ownerId, record.recordId), query },
    responses: {
      200: pageResponse('A page of revisions.', z.object({ results: z.array(revision), ...page, complete }), example),
      ...errorResponses(...ERRORS, 404),
    },
  };
}

/** GET of the summary of a person's devices. */
export function summaryDoc(
  owner: 'patient' | 'clinician',
  installations: RecordDoc,
  others: Readonly<Record<string, RecordDoc>> = {},
): OperationDoc {
  const extract = ({ schema }: RecordDoc) =>
    z.object({
      total: z.number().int().openapi({ description: 'How many there are.' }),
      results: z.array(schema).openapi({ description: 'The first 10 of the list.' }),
    });
  const extractExample = ({ example }: RecordDoc) => ({ total: 1, results: [example] });
  const { ownerId, example } = installations;
  const current = z.object({
    app_product: z.string(),
    since: instant('Its effective date (UTC): the date of first use, or `created` if the device’s clock was wrong.'),
    version_since: instant('When it started to run its present version, as far as known (UTC).'),
    installation: installations.schema,
  });
  const schema = z.object({
    [ownerId.name]: z.string(),
    as_of: page.as_of,
    current: z
      .array(current)
      .openapi({ description: 'What the person currently runs: one entry for each product, newest first.' }),
    omitted: z.number().int().optional().openapi({
      description: 'How many current installations are left out because their texts are many megabytes long.',
    }),
    installations: extract(installations),
    ...Object.fromEntries(Object.entries(others).map(([name, doc]) => [name, extract(doc)])),
  });
  const since = '2022-03-04T08:30:00.000Z';
  return {
    tags: [installations.tag],
    operationId: `get_${owner}_device_summary`,
    summary: `Summarise the devices of a ${owner}`,
    description:
      'What the person currently runs and since when, and the start of the lists. *Current* goes by the effective date, and *latest* by the date as sent: they differ if a device’s clock was wrong.',
    request: { params: pathOf(owner === 'patient' ? { ...ownerId, maxLength: undefined } : ownerId) },
    responses: {
      200: {
        description: 'The summary.',
        headers: headersWith(),
        content: {
          'application/json': {
            schema,
            example: {
              [ownerId.name]: ownerId.example,
              as_of: AS_OF,
              current: [{ app_product: example['app_product'], since, version_since: since, installation: example }],
              installations: extractExample(installations),
              ...Object.fromEntries(Object.entries(others).map(([name, doc]) => [name, extractExample(doc)])),
            },
          },
        },
      },
      ...errorResponses(...ERRORS),
    },
  };
}

export function pageResponse(description: string, schema: z.ZodType, example: unknown) {
  return { description, headers: headersWith('Link'), content: { 'application/json': { schema, example } } };
}
