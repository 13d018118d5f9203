/**
 * What every plain contestant does between its server and its driver: the HMAC checked by hand, one statement a request,
 * JSON by hand. No validation, no logs, no metrics.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { KINDS, type Kind } from '../kit/kinds.ts';
import { offsetSeconds, plainFields, writeDate } from './records.ts';

export type Row = Record<string, unknown>;

/** Runs a statement under a name. */
export type Query = (name: string, text: string, values: unknown[]) => Promise<readonly Row[]>;

/** What such a server reads of a request. */
export interface Received {
  readonly method: string | undefined;
  /** With the path first. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: () => Promise<Row>;
}

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

/** PostgreSQL's text, or a Date of a driver that makes one. */
function isoOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  const text = String(value);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${/\.(\d+)/.exec(text)?.[1]?.padEnd(3, '0').slice(0, 3) ?? '000'}Z`;
}

function answer({ kind, fields }: Resource, row: Row): string {
  const offset = kind.date.zone === undefined ? 0 : Number(row[kind.date.zone]);
  const date = isoOf(row[kind.date.column]);
  const record: Row = {
    uuid: row['uuid'],
    [kind.ownerField]: row[kind.ownerField],
    [kind.date.field]: offset === 0 ? date : writeDate(new Date(date), offset),
  };
  for (const field of fields) record[field] = row[field];
  record['created'] = isoOf(row['created']);
  record['created_by'] = row['created_by_'];
  record['modified'] = isoOf(row['modified']);
  record['modified_by'] = row['modified_by_'];
  return JSON.stringify(record);
}

/** What the columns of the date take: nothing, where a PATCH does not name it. */
function dateValues(kind: Kind, body: Row): (string | number | null)[] {
  const date = body[kind.date.field];
  if (typeof date !== 'string') return kind.date.zone === undefined ? [null] : [null, null];
  const instant = new Date(date).toISOString();
  return kind.date.zone === undefined ? [instant] : [instant, offsetSeconds(date)];
}

/** Answers a request: calls back with status and JSON. */
export async function handle(
  { method, path, authorization, body: readBody }: Received,
  query: Query,
  send: (status: number, body: string) => void,
): Promise<void> {
  if (path === '/running') return send(200, '{"running":true}');
  const [, , , ownerPath, owner = '', action = '', id = ''] = path.split('/');
  const resource = resources.find(
    ({ kind }) =>
      kind.ownerPath === ownerPath &&
      (kind.resource === action || (action === 'latest_installation' && kind.resource === 'installation')),
  );
  if (resource === undefined) return send(404, '{"message":"Not Found"}');
  const { kind, fields } = resource;
  const claims = verify(authorization);
  if (claims === undefined) return send(401, '{"message":"Unauthorized"}');
  if (claims.metadata[kind.ownerField] !== owner) return send(403, '{"message":"Forbidden"}');

  const sendRow = (row: Row | undefined): void => {
    if (row === undefined) send(404, '{"message":"Not Found"}');
    else send(200, answer(resource, row));
  };
  const name = `${kind.name}-${method}-${action}`;
  if (method === 'POST') {
    const body = await readBody();
    const now = new Date().toISOString();
    const row: Row = { ...body, uuid: randomUUID(), [kind.ownerField]: owner };
    const dates = dateValues(kind, body);
    const values = [row['uuid'], owner, now, owner, now, owner, ...dates, ...fields.map((field) => body[field])];
    await query(name, resource.insert, values);
    row['created'] = row['modified'] = now;
    row['created_by_'] = row['modified_by_'] = owner;
    row[kind.date.column] = dates[0];
    if (kind.date.zone !== undefined) row[kind.date.zone] = dates[1];
    return send(kind.createdStatus, answer(resource, row));
  }
  if (method === 'PATCH') {
    const body = await readBody();
    const dates = dateValues(kind, body);
    const values = [
      id,
      owner,
      new Date().toISOString(),
      owner,
      ...dates,
      ...fields.map((field) => body[field] ?? null),
    ];
    const [row] = await query(name, resource.update, values);
    return sendRow(row);
  }
  const [row] = id === '' ? await query(name, resource.latest, [owner]) : await query(name, resource.byId, [id, owner]);
  return sendRow(row);
}
