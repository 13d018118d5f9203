/**
 * The floor: what is left of such a service when everything but its purpose is taken away. Bare node:http, the HMAC
 * checked by hand, one prepared statement a request on a pool of ten, JSON by hand. No validation, no logs, no metrics.
 * It is what people have in mind when they say that a framework cannot be faster, so it is written to be fast.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { KINDS, type Kind } from '../kit/kinds.ts';
import { offsetSeconds, plainFields, writeDate } from './records.ts';

type Row = Record<string, unknown>;

// Dates stay text, which is what is sent back: a Date object for each would cost more than the rest of the answer.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMP, (text) => text);
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => text);

const pool = new pg.Pool({
  host: process.env['DATABASE_HOST'],
  port: Number(process.env['DATABASE_PORT']),
  user: process.env['DATABASE_USER'],
  password: process.env['DATABASE_PASSWORD'],
  database: process.env['DATABASE_NAME'],
  options: '-c TimeZone=UTC',
  max: 10,
});
const key = process.env['HS_KEY'] ?? '';

interface Resource {
  readonly kind: Kind;
  readonly fields: string[];
  readonly insert: string;
  readonly byId: string;
  readonly latest: string;
  readonly update: string;
}

const resources = Object.values(KINDS).map(prepare);

function prepare(kind: Kind): Resource {
  const fields = plainFields(kind);
  const { table, ownerField } = kind;
  const dates = kind.date.zone === undefined ? [kind.date.column] : [kind.date.column, kind.date.zone];
  const columns = ['uuid', ownerField, 'created', 'created_by_', 'modified', 'modified_by_', ...dates, ...fields];
  const changes = [...dates, ...fields].map((name, index) => `${name} = coalesce($${index + 5}, ${name})`);
  return {
    kind,
    fields,
    insert: `insert into ${table} (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
    byId: `select * from ${table} where uuid = $1 and ${ownerField} = $2`,
    latest: `select * from ${table} where ${ownerField} = $1 order by ${kind.date.column} desc limit 1`,
    update: `update ${table} set modified = $3, modified_by_ = $4, ${changes.join(', ')}
      where uuid = $1 and ${ownerField} = $2 returning *`,
  };
}

/** The claims of a token whose HMAC is right and that has not expired. */
function verify(header: string | undefined): { metadata: Row } | undefined {
  if (header === undefined) return undefined;
  const end = header.lastIndexOf('.');
  const start = header.indexOf('.');
  const given = Buffer.from(header.slice(end + 1), 'base64url');
  const expected = createHmac('sha512', key).update(header.slice(7, end)).digest();
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims = JSON.parse(Buffer.from(header.slice(start + 1, end), 'base64url').toString());
  return claims.exp > Date.now() / 1000 ? claims : undefined;
}

function isoOf(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${/\.(\d+)/.exec(text)?.[1]?.padEnd(3, '0').slice(0, 3) ?? '000'}Z`;
}

function answer({ kind, fields }: Resource, row: Row): string {
  const offset = kind.date.zone === undefined ? 0 : Number(row[kind.date.zone]);
  const date = isoOf(String(row[kind.date.column]));
  const record: Row = {
    uuid: row['uuid'],
    [kind.ownerField]: row[kind.ownerField],
    [kind.date.field]: offset === 0 ? date : writeDate(new Date(date), offset),
  };
  for (const field of fields) record[field] = row[field];
  record['created'] = isoOf(String(row['created']));
  record['created_by'] = row['created_by_'];
  record['modified'] = isoOf(String(row['modified']));
  record['modified_by'] = row['modified_by_'];
  return JSON.stringify(record);
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function readBody(request: IncomingMessage): Promise<Row> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      try {
        resolve(JSON.parse(Buffer.concat(chunks).toString()));
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject);
  });
}

/** What the columns of the date take: nothing, where a PATCH does not name it. */
function dateValues(kind: Kind, body: Row): (string | number | null)[] {
  const date = body[kind.date.field];
  if (typeof date !== 'string') return kind.date.zone === undefined ? [null] : [null, null];
  const instant = new Date(date).toISOString();
  return kind.date.zone === undefined ? [instant] : [instant, offsetSeconds(date)];
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/running') return send(response, 200, '{"running":true}');
  const [, , , ownerPath, owner = '', action = '', id = ''] = (request.url ?? '').split('/');
  const resource = resources.find(
    ({ kind }) =>
      kind.ownerPath === ownerPath &&
      (kind.resource === action || (action === 'latest_installation' && kind.resource === 'installation')),
  );
  if (resource === undefined) return send(response, 404, '{"message":"Not Found"}');
  const { kind, fields } = resource;
  const claims = verify(request.headers.authorization);
  if (claims === undefined) return send(response, 401, '{"message":"Unauthorized"}');
  if (claims.metadata[kind.ownerField] !== owner) return send(response, 403, '{"message":"Forbidden"}');

  const name = `${kind.name}-${request.method}-${action}`;
  if (request.method === 'POST') {
    const body = await readBody(request);
    const now = new Date().toISOString();
    const row: Row = { ...body, uuid: randomUUID(), [kind.ownerField]: owner };
    const dates = dateValues(kind, body);
    const values = [row['uuid'], owner, now, owner, now, owner, ...dates, ...fields.map((field) => body[field])];
    await pool.query({ name, text: resource.insert, values });
    row['created'] = row['modified'] = now;
    row['created_by_'] = row['modified_by_'] = owner;
    row[kind.date.column] = dates[0];
    if (kind.date.zone !== undefined) row[kind.date.zone] = dates[1];
    return send(response, kind.createdStatus, answer(resource, row));
  }
  if (request.method === 'PATCH') {
    const body = await readBody(request);
    const dates = dateValues(kind, body);
    const values = [
      id,
      owner,
      new Date().toISOString(),
      owner,
      ...dates,
      ...fields.map((field) => body[field] ?? null),
    ];
    const { rows } = await pool.query<Row>({ name, text: resource.update, values });
    return sendRow(response, resource, rows[0]);
  }
  const query =
    id === '' ? { name, text: resource.latest, values: [owner] } : { name, text: resource.byId, values: [id, owner] };
  const { rows } = await pool.query<Row>(query);
  return sendRow(response, resource, rows[0]);
}

function sendRow(response: ServerResponse, resource: Resource, row: Row | undefined): void {
  if (row === undefined) send(response, 404, '{"message":"Not Found"}');
  else send(response, 200, answer(resource, row));
}

const server = createServer((request, response) => {
  handle(request, response).catch(() => send(response, 500, '{"message":"Internal Server Error"}'));
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
