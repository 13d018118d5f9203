/** The plain service on Bun: Bun.serve and Bun.SQL, as Bun's documentation shows them. It is run by Bun, not by Node. */
import { handle, type Query, type Row } from './plain.ts';

/** The part of Bun's API that is used here. */
declare const Bun: {
  readonly SQL: new (
    options: Record<string, unknown>,
  ) => {
    unsafe(text: string, values: unknown[]): Promise<readonly Row[]>;
  };
  serve(options: Record<string, unknown>): unknown;
};

const sql = new Bun.SQL({
  adapter: 'postgres',
  hostname: process.env['DATABASE_HOST'],
  port: Number(process.env['DATABASE_PORT']),
  username: process.env['DATABASE_USER'],
  password: process.env['DATABASE_PASSWORD'],
  database: process.env['DATABASE_NAME'],
  max: 10,
});
// Bun prepares a statement under a name of its own, and finds it again by its text.
const query: Query = (_, text, values) => sql.unsafe(text, values);

const JSON_TYPE = { 'content-type': 'application/json' };

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env['PORT']),
  fetch: (request: Request): Promise<Response> => {
    const { method, url, headers } = request;
    const path = url.slice(url.indexOf('/', 'http://'.length));
    const authorization = headers.get('authorization') ?? undefined;
    const received = { method, path, authorization, body: () => request.json() as Promise<Row> };
    return new Promise((resolve) => {
      const send = (status: number, body: string) => resolve(new Response(body, { status, headers: JSON_TYPE }));
      handle(received, query, send).catch(() => send(500, '{"message":"Internal Server Error"}'));
    });
  },
});
