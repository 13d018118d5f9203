import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from '../src/server/server.js';
import { patientInstallations } from './support/kinds.js';
import { RawClient } from './support/raw-client.js';
import { testApp } from './support/test-app.js';
import { patientToken } from './support/tokens.js';

const { collection, body } = patientInstallations;
const path = collection('p1');
const latest = '/dhos/v1/patient/p1/latest_installation';

/** A usual Host leads straight to the operation; one in capitals is the same host, but goes through Hono. */
const STRAIGHT = 'localhost';
const THROUGH_HONO = 'LOCALHOST';

let server: HttpServer;
let port: number;
let token: string;

beforeAll(async () => {
  server = createHttpServer(testApp().app, { headerBytes: 16_384, requestTime: 1_500, keepAlive: 5_000 });
  port = await server.listen(0, '127.0.0.1');
  token = await patientToken('p1');
});
afterAll(() => {
  server.destroy();
  return server.drain();
});

async function ask(host: string, method: string, target: string, headers: readonly string[], content: string) {
  const client = new RawClient(port);
  const isFramed = content === '' || headers.some((header) => header.startsWith('Transfer-Encoding'));
  const length = isFramed ? [] : [`Content-Length: ${Buffer.byteLength(content)}`];
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, 'X-Request-ID: same', ...headers, ...length];
  client.send(`${lines.join('\r\n')}\r\n\r\n${content}`);
  const { status, headers: answered, body: text } = await client.response({ head: method === 'HEAD' });
  client.close();
  const { date, ...rest } = answered;
  // What differs between two records.
  const same = text.replaceAll(/"(uuid|created|modified)":"[^"]*"/g, '"$1"');
  return { status, headers: { ...rest, etag: rest['etag']?.length, date: typeof date }, body: same };
}

const json = 'Content-Type: application/json';

it.each([
  ['GET', '/running', [], ''],
  ['HEAD', '/running', [], ''],
  ['GET', '/openapi.json', [], ''],
  ['POST', path, ['token', json], JSON.stringify(body)],
  ['POST', path, ['token', json], '{'],
  ['POST', path, ['token', json], '{}'],
  ['POST', path, ['token', 'Content-Type: text/plain'], 'x'],
  ['GET', latest, ['token'], ''],
  ['GET', `${latest}?a=b`, ['token'], ''],
  ['HEAD', latest, ['token'], ''],
  ['GET', latest, [], ''],
  ['GET', latest, ['token', 'If-None-Match: *'], ''],
  ['GET', `${path}/none`, ['token'], ''],
  ['GET', `${path}/a%2Fb`, ['token'], ''],
  ['GET', `${path}/%zz`, ['token'], ''],
  ['PATCH', `${path}/none`, ['token', json], '{}'],
  ['DELETE', latest, ['token'], ''],
  ['OPTIONS', latest, [], ''],
  ['GET', '/nowhere', [], ''],
  // The parser refuses what follows a head only after it has passed the head on.
  ['GET', '/running', ['Transfer-Encoding: gzip'], ''],
  ['HEAD', '/running', ['Transfer-Encoding: identity'], 'abc'],
  ['GET', '/running', ['Transfer-Encoding: chunked'], 'zz\r\n'],
  ['POST', path, ['token', json, 'Expect: 100-continue', 'Transfer-Encoding: gzip'], ''],
  ['POST', path, ['token', json, 'Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n'],
] as const)('%s %s %j gets the same answer straight and through Hono', async (method, target, headers, content) => {
  const sent = headers.map((header) => (header === 'token' ? `Authorization: Bearer ${token}` : header));
  const straight = await ask(STRAIGHT, method, target, sent, content);
  expect(straight).toEqual(await ask(THROUGH_HONO, method, target, sent, content));
  expect(straight.headers).toMatchObject({ 'x-request-id': 'same', date: 'string' });
});
