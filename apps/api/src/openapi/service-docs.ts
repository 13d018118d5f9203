import { z } from '@hono/zod-openapi';
import { DATABASE_CHECKERS } from '@polaris-telemetry/domain';
import type { OperationDoc } from '../pipeline/operation.js';
import { headersWith } from './headers.js';
import { type ErrorStatus, errorResponses } from './problems.js';

const tags = ['Service'];

function jsonDoc(
  text: Pick<OperationDoc, 'operationId' | 'summary' | 'description'>,
  body: { readonly description: string; readonly schema: z.ZodType; readonly example: unknown },
  ...errors: readonly ErrorStatus[]
): OperationDoc {
  const { description, schema, example } = body;
  const answer = { description, headers: headersWith(), content: { 'application/json': { schema, example } } };
  return { tags, ...text, responses: { 200: answer, ...errorResponses(...errors) } };
}

function fileDoc(
  text: Pick<OperationDoc, 'operationId' | 'summary' | 'description'>,
  type: string,
  example: string,
): OperationDoc {
  const content = { [type]: { schema: z.string(), example } };
  const answer = { description: text.summary ?? '', headers: headersWith(), content };
  return { tags, ...text, responses: { 200: answer, ...errorResponses() } };
}

const health = z
  .object({
    hostname: z.string(),
    status: z.enum(['success', 'failure']),
    timestamp: z.number().openapi({ description: 'Unix time in seconds.' }),
    results: z.array(
      z.object({
        checker: z.enum(DATABASE_CHECKERS),
        output: z.string().openapi({ description: 'One line for an operator.' }),
        passed: z.boolean(),
        timestamp: z.number().openapi({ description: 'Unix time in seconds.' }),
        expires: z.number().openapi({ description: 'Until when the result is given again; Unix time in seconds.' }),
        response_time: z.number().openapi({ description: 'Seconds that the check took.' }),
      }),
    ),
  })
  .openapi('Health');

function healthExample(passed: boolean) {
  const timestamp = 1_646_382_612.345;
  const output = passed ? 'ok' : 'the database did not answer within 1.5 s';
  const times = { timestamp, expires: timestamp + 1, response_time: passed ? 0.002 : 1.5 };
  return {
    hostname: 'telemetry-7c9d',
    status: passed ? 'success' : 'failure',
    timestamp,
    results: DATABASE_CHECKERS.map((checker) => ({ checker, output, passed, ...times })),
  };
}

/** What the document says about the operations on the service itself. */
export const serviceDocs = {
  running: jsonDoc(
    {
      operationId: 'running',
      summary: 'Whether the process runs',
      description: 'Liveness: never queries the database.',
    },
    { description: 'It does.', schema: z.object({ running: z.literal(true) }), example: { running: true } },
  ),
  version: jsonDoc(
    { operationId: 'version', summary: 'Which build this is', description: 'As recorded by the build.' },
    {
      description: 'The build; `unknown` for anything not recorded.',
      schema: z.object({ version: z.string(), circle: z.string(), hash: z.string() }),
      example: { version: '2.0.0', circle: 'unknown', hash: '664b8fa' },
    },
  ),
  healthcheck: {
    tags,
    operationId: 'healthcheck',
    summary: 'Whether the service should receive requests',
    description: 'Readiness: queries the database, or reuses a result at most a second old; answers within 2 s.',
    responses: {
      200: {
        description: 'It should.',
        headers: headersWith(),
        content: { 'application/json': { schema: health, example: healthExample(true) } },
      },
      503: {
        description: 'It should not: it is starting or stopping, or the database does not answer.',
        headers: headersWith(),
        content: { 'application/json': { schema: health, example: healthExample(false) } },
      },
      ...errorResponses(),
    },
  },
  metrics: fileDoc(
    {
      operationId: 'metrics',
      summary: 'Metrics for Prometheus',
      description: 'Requests by route, event loop, process, database connections, index builds.',
    },
    'text/plain',
    'http_request_duration_seconds_count{method="GET",route="/running",status="200"} 1\n',
  ),
  debug: jsonDoc(
    {
      operationId: 'debug',
      summary: 'The headers of this very request',
      description:
        'Shows how proxies have changed a request. The values of headers that may carry a secret are redacted: all except those that describe a connection, a body or a proxy. Not in production.',
    },
    {
      description: 'The headers, names in lower case.',
      schema: z.record(z.string(), z.string()),
      example: { host: 'localhost:5000', authorization: '[redacted]' },
    },
  ),
  dropData: jsonDoc(
    {
      operationId: 'drop_data',
      summary: 'Erase everything',
      description: 'For test environments: needs ALLOW_DROP_DATA, and does not exist in production. Takes no body.',
    },
    {
      description: 'All records are gone.',
      schema: z.object({ complete: z.literal(true), time_taken: z.string() }),
      example: { complete: true, time_taken: '0.01s' },
    },
    401,
    403,
    503,
  ),
} satisfies Record<string, OperationDoc>;

/** What the document says about itself, and about the page that shows it. */
export const documentDocs = {
  json: jsonDoc(
    { operationId: 'openapi_json', summary: 'This document as JSON', description: 'OpenAPI 3.1.' },
    {
      description: 'The document.',
      schema: z.looseObject({ openapi: z.string() }),
      example: { openapi: '3.1.0', info: { title: 'Polaris Telemetry', version: '2.0.0' }, paths: {} },
    },
  ),
  yaml: fileDoc(
    { operationId: 'openapi_yaml', summary: 'This document as YAML', description: 'OpenAPI 3.1.' },
    'application/yaml',
    'openapi: 3.1.0\n',
  ),
  redirect: {
    tags,
    operationId: 'documentation_page_redirect',
    summary: 'Leads to this document as a page, to try things out',
    description: 'The page itself is at `/ui/`. Not in production.',
    responses: {
      308: {
        description: 'The page is at `/ui/`.',
        headers: {
          ...headersWith(),
          Location: { description: 'Relative to this address.', schema: { type: 'string' }, example: 'ui/' },
        },
      },
      ...errorResponses(),
    },
  },
} satisfies Record<string, OperationDoc>;
