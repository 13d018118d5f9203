/**
 * The floor: what is left of such a service when everything but its purpose is taken away. Bare node:http, the HMAC
 * checked by hand, one prepared statement a request on a pool of ten, JSON by hand. No validation, no logs, no metrics.
 * It is what people have in mind when they say that a framework cannot be faster, so it is written to be fast.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { handle, type Query, type Row } from './plain.ts';

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
const query: Query = async (name, text, values) => (await pool.query<Row>({ name, text, values })).rows;

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

const server = createServer((request, response) => {
  const { method, url = '', headers } = request;
  const received = { method, path: url, authorization: headers.authorization, body: () => readBody(request) };
  handle(received, query, (status, body) => send(response, status, body)).catch(() =>
    send(response, 500, '{"message":"Internal Server Error"}'),
  );
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
