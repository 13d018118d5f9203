import { z } from '@hono/zod-openapi';
import type { OperationDoc } from '../pipeline/operation.js';
import { headersWith, REQUEST_HEADERS } from './headers.js';
import { type ErrorStatus, errorResponses } from './problems.js';

/** What the document says about one kind of record. */
export interface RecordDoc {
  readonly tag: string;
  /** The record as JSON. */
  readonly schema: z.ZodType;
  readonly example: Readonly<Record<string, unknown>>;
  /** Parameters of the paths. */
  readonly ownerId: IdDoc;
  readonly recordId: IdDoc;
}

export interface IdDoc {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  readonly maxLength?: number | undefined;
}

/** What the document says about one operation; the rest is derived. */
export interface EndpointDoc {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
}

interface BodyDoc {
  readonly schema: z.ZodType;
  readonly example: Readonly<Record<string, unknown>>;
}

const WRITE_ERRORS = [400, 401, 403, 413, 415, 503] as const;
const READ_ERRORS = [400, 401, 403, 412, 503] as const;

export function registeringDoc(record: RecordDoc, text: EndpointDoc, status: 200 | 201, body: BodyDoc): OperationDoc {
  return {
    ...common(record, text),
    request: {
      params: pathOf(record.ownerId),
      headers: z.object({ 'Idempotency-Key': REQUEST_HEADERS.idempotencyKey }),
      body: bodyOf(body),
    },
    responses: {
      [status]: recordResponse(record, 'The new record.', 'IdempotencyReplayed'),
      ...errorResponses(...WRITE_ERRORS, 409, 422),
    },
  };
}

export function readingDoc(record: RecordDoc, text: EndpointDoc): OperationDoc {
  return {
    ...common(record, text),
    request: { params: pathOf(record.ownerId, record.recordId), headers: CONDITIONS },
    responses: {
      200: recordResponse(record, 'The record.'),
      304: NOT_MODIFIED,
      ...errorResponses(...READ_ERRORS, 404),
    },
  };
}

export function readingLatestDoc(record: RecordDoc, text: EndpointDoc): OperationDoc {
  const latest = z.union([record.schema, z.strictObject({}).openapi({ description: 'The owner has no record.' })]);
  return {
    ...common(record, text),
    request: { params: pathOf(record.ownerId), headers: CONDITIONS },
    responses: {
      200: recordResponse({ ...record, schema: latest }, 'The latest record, or `{}` when there is none.'),
      304: NOT_MODIFIED,
      ...errorResponses(...READ_ERRORS),
    },
  };
}

export function updatingDoc(record: RecordDoc, text: EndpointDoc, body: BodyDoc): OperationDoc {
  const errors: readonly ErrorStatus[] = [...WRITE_ERRORS, 404, 412];
  return {
    ...common(record, text),
    request: { params: pathOf(record.ownerId, record.recordId), headers: CONDITIONS, body: bodyOf(body) },
    responses: { 200: recordResponse(record, 'The whole record as it is now.'), ...errorResponses(...errors) },
  };
}

const CONDITIONS = z.object({
  'If-Match': REQUEST_HEADERS.ifMatch,
  'If-None-Match': REQUEST_HEADERS.ifNoneMatch,
});

const NOT_MODIFIED = {
  description: 'The record is one of those named by If-None-Match.',
  headers: headersWith('ETag'),
};

export function common({ tag }: RecordDoc, { operationId, summary, description }: EndpointDoc) {
  return { tags: [tag], operationId, summary, description };
}

export function pathOf(...ids: readonly IdDoc[]) {
  return z.object(
    Object.fromEntries(
      ids.map(({ name, description, example, maxLength }) => [
        name,
        z
          .string()
          .min(1)
          .openapi({ description, example, ...(maxLength !== undefined && { maxLength }) }),
      ]),
    ),
  );
}

function bodyOf({ schema, example }: BodyDoc) {
  return { required: true, content: { 'application/json': { schema, example } } };
}

function recordResponse({ schema, example }: RecordDoc, description: string, ...headers: 'IdempotencyReplayed'[]) {
  return {
    description,
    headers: headersWith('ETag', ...headers),
    content: { 'application/json': { schema, example } },
  };
}
