import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from '../src/server/server.js';
import { patientInstallations } from './support/kinds.js';
import { RawClient } from './support/raw-client.js';
import { testApp } from './support/test-app.js';
import { patientToken } from './support/tokens.js';

const { collection, body } = patientInstallations;
const path = collection('p1');
const content = JSON.stringify(body);
const RUNNING = 'GET /running HTTP/1.1\r\nHost: x\r\n\r\n';

let server: HttpServer;
let port: number;
let token: string;
const uncaught: unknown[] = [];
const note = (error: unknown) => uncaught.push(error);

beforeAll(async () => {
  process.on('uncaughtException', note);
  server = createHttpServer(testApp().app, { headerBytes: 16_384, requestTime: 30_000, keepAlive: 30_000 });
  port = await server.listen(0, '127.0.0.1');
  token = await patientToken('p1');
});
afterAll(async () => {
  server.destroy();
  await server.drain();
  process.off('uncaughtException', note);
});

interface Sent {
  readonly head: string;
  readonly body?: string;
}

const requests: Readonly<Record<string, () => Sent>> = {
  ...Object.fromEntries(
    ['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE', 'QUERY'].map((method) => [
      method,
      () => ({ head: `${method} /running HTTP/1.1\r\nHost: x\r\n\r\n` }),
    ]),
  ),
  'a large answer': () => ({ head: 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n' }),
  ...Object.fromEntries(['POST', 'PATCH', 'PUT'].map((method) => [method, () => writing(method)])),
  'POST, chunked': () => ({
    head: writing('POST').head.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked'),
    body: `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`,
  }),
  'POST that expects 100-continue': () => writing('POST', 'Expect: 100-continue\r\n'),
  'POST that would upgrade': () => writing('POST', UPGRADE),
  'GET that would upgrade': () => ({ head: `GET /running HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n` }),
  CONNECT: () => ({ head: 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', body: 'anything' }),
  'the preface of HTTP/2': () => ({ head: 'PRI * HTTP/2.0\r\n\r\n', body: 'SM\r\n\r\n' }),
  'a TLS hello': () => ({ head: `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'r'.repeat(100)}` }),
  'a PROXY line': () => ({ head: 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n', body: RUNNING }),
};

const UPGRADE = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';

function writing(method: string, more = ''): Sent {
  const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n${more}Content-Length: ${content.length}\r\n\r\n`;
  return { head, body: content };
}

/** How much a client sends before it leaves. */
const stages: Readonly<Record<string, (client: RawClient, sent: Sent) => void | Promise<void>>> = {
  'before the head': () => {},
  'in the head': (client, { head }) => client.send(head.slice(0, head.length / 2)),
  'after the head': async (client, { head }) => {
    client.send(head);
    await sleep(10);
  },
  'in the body': (client, { head, body: rest = '' }) => client.send(head + rest.slice(0, rest.length / 2)),
  'as soon as all is sent': (client, { head, body: rest = '' }) => client.send(head + rest),
  'while the answer is written': async (client, { head, body: rest = '' }) => {
    client.send(head + rest);
    await Promise.race([new Promise((resolve) => client.socket.once('readable', resolve)), sleep(20)]);
  },
  'behind another request': (client, { head, body: rest = '' }) => client.send(RUNNING + head + rest),
  'before another request': async (client, { head, body: rest = '' }) => {
    client.send(head + rest + RUNNING);
    await sleep(5);
  },
};

const ends: Readonly<Record<string, (client: RawClient) => unknown>> = {
  reset: (client) => client.socket.resetAndDestroy(),
  close: (client) => client.socket.destroy(),
  'half-close': (client) => client.socket.end(),
};

describe.each(Object.keys(ends))('a client that goes by %s', (end) => {
  it.each(Object.keys(requests))('leaves the service as it was, at any moment of %s', async (name) => {
    await Promise.all(
      Object.values(stages).map(async (advance) => {
        const client = new RawClient(port);
        client.socket.on('error', () => {});
        const sent = requests[name]?.() ?? { head: '' };
        await new Promise((resolve) => client.socket.once('connect', resolve));
        await advance(client, sent);
        ends[end]?.(client);
        await sleep(20);
        client.close();
      }),
    );
    expect(uncaught).toEqual([]);
    const other = new RawClient(port);
    other.send(RUNNING);
    expect((await other.response()).status).toBe(200);
    other.close();
  });
});

it('forgets every connection that has ended', async () => {
  await expect.poll(() => server.connections).toBe(0);
});

/** Sends it all at once, and expects these answers and no other. */
async function expectStatuses(statuses: readonly number[], text: string, { halfClose = false } = {}): Promise<void> {
  const client = new RawClient(port);
  client.send(text);
  if (halfClose) client.socket.end();
  const received = () => [...client.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  await expect.poll(received).toEqual(statuses);
  await sleep(50);
  expect(received()).toEqual(statuses);
  client.close();
}

const whole = ({ head, body: rest = '' }: Sent) => head + rest;

describe('a client that half-closes when it has sent all', () => {
  it.each([
    ['GET', () => RUNNING, [200]],
    ['POST', () => whole(writing('POST')), [200]],
    ['three POSTs', () => whole(writing('POST')).repeat(3), [200, 200, 200]],
    ['POST that would upgrade', () => whole(writing('POST', UPGRADE)), [200]],
    ['CONNECT', () => 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', [400]],
    ['half a POST, whose end never comes', () => whole(writing('POST')).slice(0, -1), [400]],
    ['half a POST that would upgrade', () => whole(writing('POST', UPGRADE)).slice(0, -1), [400]],
    ['GET and half a head', () => `${RUNNING}GET /run`, [200, 400]],
  ])('gets its answers: %s', async (_, text, statuses) => {
    await expectStatuses(statuses, text(), { halfClose: true });
  });
});

describe('what is sent ahead', () => {
  it.each([
    ['GET before CONNECT', () => `${RUNNING}CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n`, [200, 400]],
    ['POST before CONNECT', () => `${whole(writing('POST'))}CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n`, [200, 400]],
    [
      'GET behind an upgrade',
      () => `${whole(requests['GET that would upgrade']?.() ?? { head: '' })}${RUNNING}`,
      [200, 200],
    ],
    ['two upgrades', () => whole(requests['GET that would upgrade']?.() ?? { head: '' }).repeat(2), [200, 200]],
    [
      'an upgrade behind a GET',
      () => `${RUNNING}${whole(requests['GET that would upgrade']?.() ?? { head: '' })}${RUNNING}`,
      [200, 200, 200],
    ],
  ])('is answered in order: %s', async (_, text, statuses) => {
    await expectStatuses(statuses, text());
  });
});

it('is refused by the end of the connection behind a body that would upgrade, whatever was cut where', async () => {
  const client = new RawClient(port);
  client.send(`${whole(writing('POST', UPGRADE))}${RUNNING.slice(0, 8)}`);
  client.send(`${RUNNING.slice(8)}${RUNNING}`);
  expect(await client.response()).toMatchObject({ status: 200, headers: { connection: 'close' } });
  await client.end().catch(() => {});
  expect(client.received).toBe('');
});
