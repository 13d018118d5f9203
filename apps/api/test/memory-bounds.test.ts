import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBudget } from '../src/http/memory-budget.js';
import { MergingMessage } from '../src/server/merging-message.js';
import { createHttpServer, type HttpServer } from '../src/server/server.js';
import { patientInstallations } from './support/kinds.js';
import { RawClient } from './support/raw-client.js';
import { testApp } from './support/test-app.js';
import { patientToken } from './support/tokens.js';

const { collection, body } = patientInstallations;
const LARGE = 600_000;
const RUNNING = 'GET /running HTTP/1.1\r\nHost: x\r\n\r\n';
const METRICS = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';

let server: HttpServer;
let memory: MemoryBudget;
let port: number;
let token: string;
let metrics = '';
const clients: RawClient[] = [];

beforeAll(async () => {
  token = await patientToken('p1');
});
beforeEach(async () => {
  memory = new MemoryBudget(
    () => LARGE,
    () => 50,
  );
  const { app } = testApp({ metrics: { contentType: 'text/plain', render: async () => metrics } });
  const limits = { headerBytes: 16_384, requestTime: 20_000, keepAlive: 20_000 };
  server = createHttpServer(app, limits, undefined, memory);
  port = await server.listen(0, '127.0.0.1');
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  while (server.connections > 0) await sleep(5);
  // Whatever was charged has been released, once.
  expect(memory.take(LARGE)).toBe(true);
  expect(memory.take(1)).toBe(false);
  await server.drain();
});

function hasRoomFor(bytes: number, budget = memory): boolean {
  const hasRoom = budget.take(bytes);
  if (hasRoom) budget.release(bytes);
  return hasRoom;
}

function connect(): RawClient {
  const client = new RawClient(port);
  clients.push(client);
  return client;
}

const head = (framing: string) =>
  `POST ${collection('p1')} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`;
const post = (content: string) => head(`Content-Length: ${content.length}`) + content;
const record = (length: number) => JSON.stringify({ ...body, display_name: 'x'.repeat(length) });
const inTinyChunks = (content: string) => `${[...content].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`;

/** Sends so many pieces of a body that does not end; resolves once they take up their room. */
async function sendSlowly(pieces: number): Promise<RawClient> {
  const slow = connect();
  slow.send(head('Content-Length: 1000000') + 'x'.repeat(60_000 * pieces));
  await expect.poll(() => hasRoomFor(LARGE - 55_000 * pieces)).toBe(false);
  return slow;
}

async function expectServed(client: RawClient, text: string): Promise<void> {
  client.send(text);
  expect((await client.response()).status).toBe(200);
}

async function expectRefused(client: RawClient, text: string): Promise<void> {
  client.send(text);
  expect(await client.response()).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
}

describe('a body', () => {
  it('for which there is no room is refused at once, and small ones are not', async () => {
    const slow = await sendSlowly(8);
    await expectRefused(connect(), post(record(90_000)));
    await expectServed(connect(), post(record(1_000)));
    slow.close();
    await expect.poll(() => hasRoomFor(LARGE)).toBe(true);
    await expectServed(connect(), post(record(90_000)));
  });

  it('that grows beyond the room while it comes is refused before its end', async () => {
    const client = connect();
    await expectRefused(client, `${head('Content-Length: 1000000')}${'x'.repeat(700_000)}`);
  });

  it('in chunks of a byte is read like any other, behind another request too', async () => {
    const chunked = head('Transfer-Encoding: chunked') + inTinyChunks(record(20_000));
    await expectServed(connect(), chunked);
    const client = connect();
    client.send(RUNNING + chunked + RUNNING);
    for (let answers = 0; answers < 3; answers++) expect((await client.response()).status).toBe(200);
  });

  it('in chunks of a byte is kept in pieces of thousands', async () => {
    const message = new MergingMessage(new Socket());
    const sent = Buffer.from(record(16_000));
    for (const byte of sent) message.push(Buffer.of(byte));
    message.push(null);
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece);
    expect(Buffer.concat(pieces)).toEqual(sent);
    expect(pieces.length).toBeLessThan(30);
  });
});

describe('a token that is not verified yet', () => {
  it('reads no more of bodies than it has room for, and small requests wait as usual', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { verifyToken } = testApp().dependencies;
    const { app } = testApp({
      verifyToken: async (header) => {
        await promise;
        return verifyToken(header);
      },
    });
    const limits = { headerBytes: 16_384, requestTime: 20_000, keepAlive: 20_000 };
    const own = createHttpServer(app, limits, undefined, new MemoryBudget(() => LARGE));
    const at = await own.listen(0, '127.0.0.1');
    const senders = Array.from({ length: 12 }, () => new RawClient(at));
    for (const sender of senders) sender.send(head('Content-Length: 1000000') + 'x'.repeat(90_000));
    const small = new RawClient(at);
    small.send(post(record(1_000)));
    const refused = () => senders.filter(({ received }) => received.startsWith('HTTP/1.1 503 '));
    await expect.poll(refused).toHaveLength(5);
    await sleep(50);
    expect(refused()).toHaveLength(5);
    expect(small.received).toBe('');
    resolve();
    expect((await small.response()).status).toBe(200);
    for (const client of [...senders, small]) client.close();
    own.destroy();
    await own.drain();
  });
});

describe('a change on a condition', () => {
  it('for which there is no room is refused before it is made', async () => {
    const made = connect();
    made.send(post(record(80_000)));
    const { headers, body: created } = await made.response();
    const { uuid } = JSON.parse(created) as { uuid: string };
    const change = JSON.stringify({ app_version: 'changed' });
    const patch = [
      `PATCH ${collection('p1')}/${uuid} HTTP/1.1`,
      `Host: x`,
      `Authorization: Bearer ${token}`,
      `If-Match: ${headers['etag']}`,
      'Content-Type: application/json',
      `Content-Length: ${change.length}`,
      '',
      change,
    ].join('\r\n');
    const slow = await sendSlowly(6);
    await expectRefused(connect(), patch);
    slow.close();
    await expect.poll(() => hasRoomFor(LARGE)).toBe(true);
    // Had it been made, the condition would fail now.
    await expectServed(connect(), patch);
  });
});

describe('an answer', () => {
  it('for which there is no room is refused, as long as the others are not read', async () => {
    await expectServed(connect(), post(record(90_000)));
    const latest = `GET /dhos/v1/patient/p1/latest_installation HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    metrics = 'x'.repeat(250_000);
    const reader = connect();
    await expectServed(reader, METRICS);
    await expectServed(reader, latest);
    metrics = 'x'.repeat(400_000);
    await expectRefused(reader, METRICS);
    await expectServed(reader, RUNNING);
  });
});

describe('what is sent ahead', () => {
  it('is bounded by the answers to it: then the connection ends', async () => {
    metrics = 'x'.repeat(100_000);
    const client = connect();
    client.send(METRICS.repeat(20));
    const connections: (string | undefined)[] = [];
    do connections.push((await client.response()).headers['connection']);
    while (connections.at(-1) !== 'close');
    expect(connections).toHaveLength(4);
    await client.end();
    expect(client.received).toBe('');
  });

  it('is bounded for all connections together: one that finds no room ends', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const { app } = testApp({ metrics: { contentType: 'text/plain', render: () => promise } });
    const limits = { headerBytes: 16_384, requestTime: 20_000, keepAlive: 20_000 };
    const budget = new MemoryBudget(() => LARGE);
    const own = createHttpServer(app, limits, undefined, budget);
    const at = await own.listen(0, '127.0.0.1');
    const [first, second] = [new RawClient(at), new RawClient(at)];
    first.send(METRICS.repeat(99));
    await expect.poll(() => hasRoomFor(LARGE, budget)).toBe(false);
    second.send(METRICS.repeat(99));
    await second.end().catch(() => {});
    resolve('');
    expect((await first.response()).status).toBe(200);
    first.close();
    own.destroy();
    await own.drain();
  });
});

it('requests sent ahead give back their room once, when their client goes away before the first answer', async () => {
  metrics = 'x'.repeat(100_000);
  const client = connect();
  client.send(METRICS.repeat(3));
  await sleep(50);
  client.close();
});

it('heads without an end find room together or not at all', async () => {
  const many = Array.from({ length: 8 }, () => connect());
  for (const client of many) client.send(`GET / HTTP/1.1\r\nHost: x\r\n${'AB:C\r\n'.repeat(2_600)}`);
  const refused = () => many.filter(({ received }) => received.startsWith('HTTP/1.1 503 ')).length;
  await expect.poll(refused).toBeGreaterThan(2);
  await sleep(300);
  expect(refused()).toBeLessThan(8);
  await expectServed(connect(), RUNNING);
});

it('there are connections up to a number; one more is refused', async () => {
  const many = Array.from({ length: 50 }, () => connect());
  for (const client of many) await expectServed(client, RUNNING);
  const one = connect();
  expect(await one.response()).toMatchObject({ status: 503, headers: { connection: 'close' } });
  many[0]?.close();
  await expect.poll(() => server.connections).toBe(49);
  await expectServed(connect(), RUNNING);
});

describe('an idle connection keeps nothing of the request that was answered', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');

  const inMebibytes = () => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 1_048_576;
  };

  it.each([
    ['body', () => post(JSON.stringify({ model: 'x'.repeat(90_000) })), 400],
    ['headers', () => `GET /running HTTP/1.1\r\nHost: x\r\n${'AB:C\r\n'.repeat(2_600)}\r\n`, 200],
  ])('no %s', async (_, request, status) => {
    const many = Array.from({ length: 45 }, () => connect());
    for (const client of many) await expectServed(client, RUNNING);
    const before = inMebibytes();
    for (const client of many) {
      client.send(request());
      expect((await client.response()).status).toBe(status);
    }
    // What else the process did meanwhile goes with one of the next collections; what a connection keeps does not.
    await expect.poll(() => inMebibytes() - before, { interval: 300 }).toBeLessThan(3);
  });
});
