/**
 * The service as a team would write it today: Fastify with its own logger, schemas for requests and responses,
 * @fastify/jwt and @fastify/postgres, each used as its documentation shows.
 */
import { randomUUID } from 'node:crypto';
import jwt from '@fastify/jwt';
import postgres from '@fastify/postgres';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { KINDS, type Kind } from '../kit/kinds.ts';
import { offsetSeconds, plainFields, writeDate } from './records.ts';

type Row = Record<string, unknown>;

declare module '@fastify/jwt' {
  interface FastifyJWT {
    user: { scope: string; metadata: Record<string, unknown> };
  }
}

const audience = `${process.env['PROXY_URL']}/`;
const fastify = Fastify({ logger: true });

await fastify.register(jwt, {
  secret: process.env['HS_KEY'] ?? '',
  verify: { algorithms: ['HS512'], allowedIss: audience, allowedAud: audience },
});
await fastify.register(postgres, {
  host: process.env['DATABASE_HOST'],
  port: Number(process.env['DATABASE_PORT']),
  user: process.env['DATABASE_USER'],
  password: process.env['DATABASE_PASSWORD'],
  database: process.env['DATABASE_NAME'],
  options: '-c TimeZone=UTC',
});

function authorize(kind: Kind, scope: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    try {
      await request.jwtVerify();
    } catch (error) {
      return reply.send(error);
    }
    const { owner } = request.params as { owner: string };
    const { user } = request;
    if (!user.scope.split(' ').includes(scope) || user.metadata[kind.ownerField] !== owner) {
      return reply.code(403).send({ message: 'Forbidden' });
    }
    return undefined;
  };
}

function recordOf(kind: Kind, row: Row): Row {
  const date = row[kind.date.column];
  return {
    ...row,
    [kind.date.field]: date instanceof Date ? writeDate(date, Number(row[kind.date.zone ?? ''] ?? 0)) : date,
    created_by: row['created_by_'],
    modified_by: row['modified_by_'],
  };
}

/** The columns of a body, and the values that go into them. */
function assignments(kind: Kind, body: Row): [string, unknown][] {
  const date = body[kind.date.field];
  const dates: [string, unknown][] = typeof date === 'string' ? [[kind.date.column, new Date(date).toISOString()]] : [];
  if (typeof date === 'string' && kind.date.zone !== undefined) dates.push([kind.date.zone, offsetSeconds(date)]);
  return [
    ...dates,
    ...plainFields(kind).flatMap((name): [string, unknown][] => (name in body ? [[name, body[name]]] : [])),
  ];
}

for (const kind of Object.values(KINDS)) {
  const properties: Record<string, object> = { [kind.date.field]: { type: 'string', format: 'date-time' } };
  for (const [name, value] of Object.entries(kind.fields)) properties[name] = { type: typeof value };
  const text = { type: 'string' };
  const record = {
    type: 'object',
    properties: {
      uuid: text,
      [kind.ownerField]: text,
      ...properties,
      created: { type: 'string', format: 'date-time' },
      created_by: text,
      modified: { type: 'string', format: 'date-time' },
      modified_by: text,
    },
  };
  const body = { type: 'object', properties, additionalProperties: false };
  const params = { type: 'object', properties: { owner: text, id: text } };
  const collection = `/dhos/v1/${kind.ownerPath}/:owner/${kind.resource}`;
  const message = { type: 'object', properties: { message: text } };
  const notFound = { message: 'Not Found' };

  fastify.post(collection, {
    schema: {
      params,
      body: { ...body, required: Object.keys(properties) },
      response: { [kind.createdStatus]: record },
    },
    onRequest: authorize(kind, 'write:gdm_telemetry'),
    handler: async (request, reply) => {
      const { owner } = request.params as { owner: string };
      const now = new Date().toISOString();
      const columns: [string, unknown][] = [
        ['uuid', randomUUID()],
        [kind.ownerField, owner],
        ['created', now],
        ['created_by_', owner],
        ['modified', now],
        ['modified_by_', owner],
        ...assignments(kind, request.body as Row),
      ];
      const { rows } = await fastify.pg.query<Row>(
        `INSERT INTO ${kind.table} (${columns.map(([name]) => name).join(', ')})
         VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')}) RETURNING *`,
        columns.map(([, value]) => value),
      );
      return reply.code(kind.createdStatus).send(recordOf(kind, rows[0] ?? {}));
    },
  });

  fastify.patch(`${collection}/:id`, {
    schema: { params, body, response: { 200: record, 404: message } },
    onRequest: authorize(kind, 'write:gdm_telemetry'),
    handler: async (request, reply) => {
      const { owner, id } = request.params as { owner: string; id: string };
      const columns: [string, unknown][] = [
        ['modified', new Date().toISOString()],
        ['modified_by_', owner],
        ...assignments(kind, request.body as Row),
      ];
      const { rows } = await fastify.pg.query<Row>(
        `UPDATE ${kind.table} SET ${columns.map(([name], index) => `${name} = $${index + 3}`).join(', ')}
         WHERE uuid = $1 AND ${kind.ownerField} = $2 RETURNING *`,
        [id, owner, ...columns.map(([, value]) => value)],
      );
      return rows[0] === undefined ? reply.code(404).send(notFound) : recordOf(kind, rows[0]);
    },
  });

  fastify.get(`${collection}/:id`, {
    schema: { params, response: { 200: record, 404: message } },
    onRequest: authorize(kind, 'read:gdm_telemetry'),
    handler: async (request, reply) => {
      const { owner, id } = request.params as { owner: string; id: string };
      const { rows } = await fastify.pg.query<Row>(
        `SELECT * FROM ${kind.table} WHERE uuid = $1 AND ${kind.ownerField} = $2`,
        [id, owner],
      );
      return rows[0] === undefined ? reply.code(404).send(notFound) : recordOf(kind, rows[0]);
    },
  });

  if (!kind.hasLatest) continue;
  fastify.get(`/dhos/v1/${kind.ownerPath}/:owner/latest_installation`, {
    schema: { params, response: { 200: record } },
    onRequest: authorize(kind, 'read:gdm_telemetry'),
    handler: async (request) => {
      const { owner } = request.params as { owner: string };
      const { rows } = await fastify.pg.query<Row>(
        `SELECT * FROM ${kind.table} WHERE ${kind.ownerField} = $1
         ORDER BY ${kind.date.column} DESC, app_version DESC LIMIT 1`,
        [owner],
      );
      return rows[0] === undefined ? {} : recordOf(kind, rows[0]);
    },
  });
}

fastify.get('/running', async () => ({ running: true }));
await fastify.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
