import { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RequestsInProgress } from '../src/pipeline/requests-in-progress.js';
import { createHttpServer, type HttpServer } from '../src/server/server.js';
import { patientInstallations } from './support/kinds.js';
import { RawClient, type RawResponse } from './support/raw-client.js';
import { silentObserver, testApp } from './support/test-app.js';
import { patientToken } from './support/tokens.js';

const { collection, body } = patientInstallations;
const path = collection('p1');
const valid = JSON.stringify(body);

const LIMITS = { headerBytes: 16_384, requestTime: 30_000, keepAlive: 30_000 };

let server: HttpServer;
let port: number;
let token: string;
const clients: RawClient[] = [];

function connect(to = port): RawClient {
  const client = new RawClient(to);
  clients.push(client);
  return client;
}

const unparsed: [status: number, requestId: string][] = [];
/** The statuses of the application's own answers. */
const answered: number[] = [];

beforeAll(async () => {
  const ofRoute = () => (_: unknown, status: number) => void answered.push(status);
  server = createHttpServer(testApp({ observer: { ...silentObserver, ofRoute } }).app, LIMITS, {
    unparsed: (...refusal) => unparsed.push(refusal),
    failed: () => {},
  });
  port = await server.listen(0, '127.0.0.1');
  token = await patientToken('p1');
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => {
  server.destroy();
  return server.drain();
});

/** Sends a request on its own connection and reads the answer. */
async function ask(text: string, options: { head?: boolean } = {}): Promise<RawResponse> {
  const client = connect();
  client.send(text);
  return client.response(options);
}

function expectProblem(response: RawResponse, status: number): void {
  expect(response.status).toBe(status);
  expect(response.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'cache-control': expect.stringMatching(/^(private, )?no-cache, must-revalidate$/),
    'x-content-type-options': 'nosniff',
    pragma: 'no-cache',
    expires: '0',
    'x-request-id': expect.stringMatching(/^\S{1,128}$/),
  });
  const problem = JSON.parse(response.body) as Record<string, unknown>;
  expect(problem).toMatchObject({ type: 'about:blank', status, detail: problem['message'] });
}

const post = (headers: string, content: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${headers}\r\n\r\n${content}`;

describe('what the HTTP parser refuses is answered like any other error', () => {
  it.each([
    ['an unknown method', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['CONNECT', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01', 400],
    ['a target without a slash', 'GET running HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a backslash in the path', 'GET /a\\b HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['no Host', 'GET /running HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', 'GET /running HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['a Host that is none', 'GET /running HTTP/1.1\r\nHost: a b/\r\n\r\n', 400],
    ['two lengths', `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}`, 400],
    [
      'two framings',
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a negative length', `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n`, 400],
    ['a header without a colon', 'GET /running HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n', 400],
    ['a header with NUL', 'GET /running HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n', 400],
    ['headers beyond 16 KiB', `GET /running HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(17_000)}\r\n\r\n`, 431],
  ])('%s', async (_, text, status) => {
    expectProblem(await ask(text), status);
  });

  it('and reports it, once for each, by the id in the answer', async () => {
    unparsed.length = 0;
    const client = connect();
    client.send('nonsense\r\n\r\n');
    client.send('and more\r\n\r\n');
    const refused = await client.response();
    const named = await ask('CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nX-Request-ID: named\r\n\r\n');
    const badHost = await ask('GET /running HTTP/1.1\r\nHost: a b/\r\nX-Request-ID: bad-host\r\n\r\n');
    const noHost = await ask('GET /running HTTP/1.1\r\nX-Request-ID: no-host\r\n\r\n');
    expect(unparsed).toEqual([
      [400, refused.headers['x-request-id']],
      [named.status, 'named'],
      [badHost.status, 'bad-host'],
      [noHost.status, 'no-host'],
    ]);
  });

  it('and not again as answered by the application, although its head was valid', async () => {
    const refuse = async () => {
      for (const coding of ['gzip', 'chunked']) {
        expectProblem(await ask(`GET /running HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${coding}\r\n\r\nzz\r\n`), 400);
      }
    };
    // Loads the way through Hono.
    await refuse();
    [answered.length, unparsed.length] = [0, 0];
    await refuse();
    expect((await ask('GET /running HTTP/1.1\r\nHost: X\r\n\r\n')).status).toBe(200);
    expect(unparsed.map(([status]) => status)).toEqual([400, 400]);
    expect(answered).toEqual([200]);
  });

  it('accepts headers up to 16 KiB in all', async () => {
    const line = `A: ${'a'.repeat(995)}\r\n`;
    expect((await ask(`GET /running HTTP/1.1\r\nHost: x\r\n${line.repeat(16)}\r\n`)).status).toBe(200);
    expectProblem(await ask(`GET /running HTTP/1.1\r\nHost: x\r\n${line.repeat(17)}\r\n`), 431);
  });

  it('however many they are', async () => {
    expect((await ask(`GET /running HTTP/1.1\r\nHost: x\r\n${'A:\r\n'.repeat(3_000)}\r\n`)).status).toBe(200);
    const credentials = `Authorization: Bearer ${token}\r\n`;
    expectProblem(
      await ask(`GET ${path}/x HTTP/1.1\r\nHost: x\r\n${credentials}${'A:\r\n'.repeat(2_500)}${credentials}\r\n`),
      401,
    );
  });

  it('a broken chunk', async () => {
    const client = connect();
    client.send(post('Content-Type: application/json\r\nTransfer-Encoding: chunked', 'zz\r\n{}\r\n'));
    expectProblem(await client.response(), 400);
    await client.end();
  });

  it('behind a good request, after the answer to that', async () => {
    const client = connect();
    client.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\nFOO / HTTP/1.1\r\n\r\n');
    expect((await client.response()).status).toBe(200);
    expectProblem(await client.response(), 400);
    await client.end();
  });

  it('names the request where it can', async () => {
    const { headers } = await ask('GET /a\\b HTTP/1.1\r\nHost: x\r\nX-Request-ID: mine\r\n\r\n');
    expect(headers['x-request-id']).toBe('mine');
    const unparsed = await ask('FOO / HTTP/1.1\r\nHost: x\r\nx-request-id:mine too \r\nx-request-ID: \tmine-2\r\n\r\n');
    expect(unparsed.headers['x-request-id']).toBe('mine-2');
  });

  it.each([
    ['by the other names', 'FOO / HTTP/1.1\r\nX-Request-ID: not sane\r\nX-Correlation-ID: mine\r\n\r\n'],
    ['by the balancer', 'FOO / HTTP/1.1\r\nX-Amzn-Trace-Id: Root=1-2;Self=mine\r\n\r\n'],
    ['of CONNECT', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\nX-Request-ID: mine\r\n\r\n'],
    [
      'whose body is broken',
      `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Request-ID: mine\r\nTransfer-Encoding: chunked\r\n\r\n`,
      'zz\r\nX-Request-ID: another\r\n',
    ],
  ])('names the request %s', async (_, head, broken = '') => {
    const client = connect();
    client.send(head.replace('Host: x', `Host: x\r\nAuthorization: Bearer ${token}`));
    if (broken !== '') await sleep(50);
    client.send(broken);
    const response = await client.response();
    expectProblem(response, 400);
    expect(response.headers['x-request-id']).toBe('mine');
  });
});

describe('a client that is too slow', () => {
  let strict: HttpServer;
  let at: number;

  beforeAll(async () => {
    strict = createHttpServer(testApp().app, { ...LIMITS, requestTime: 1_500 });
    at = await strict.listen(0, '127.0.0.1');
  });
  afterAll(() => {
    strict.destroy();
    return strict.drain();
  });

  it.each([
    ['with its headers', 'GET /running HTTP/1.1\r\nHost: x\r\n'],
    [
      'with its body',
      'POST /dhos/v1/patient/p1/installation HTTP/1.1\r\nHost: x\r\nX-Request-ID: slow\r\nContent-Length: 10\r\n\r\n{',
    ],
  ])('%s gets 408, or its answer, and is closed', async (_, text) => {
    const client = connect(at);
    client.send(
      text.replace(
        'Content-Length',
        `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length`,
      ),
    );
    const response = await client.response();
    expectProblem(response, 408);
    if (text.startsWith('POST')) expect(response.headers['x-request-id']).toBe('slow');
    await client.end();
  });

  it('does not get two answers', async () => {
    const client = connect(at);
    // Refused for its token while the body is still to come.
    client.send(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{`);
    expectProblem(await client.response(), 401);
    await client.end().catch(() => {});
    expect(client.received).toBe('');
  });
});

it('closes the connection of a client that never reads its answers', async () => {
  // More than the buffers of the system hold.
  const render = async () => 'x'.repeat(15_000_000);
  const { app } = testApp({ metrics: { contentType: 'text/plain', render } });
  const own = createHttpServer(app, { ...LIMITS, requestTime: 200 });
  const client = connect(await own.listen(0, '127.0.0.1'));
  client.socket.pause();
  const asked = performance.now();
  client.send('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(() => own.connections).toBe(1);
  await expect.poll(() => own.connections).toBe(0);
  // It has four times as long as for sending.
  expect(performance.now() - asked).toBeGreaterThan(700);
  await own.drain();
});

describe('a client that goes on sending when it is refused reads the answer', () => {
  it('with a body beyond the limit, announced or not', async () => {
    const megabyte = Buffer.alloc(1_048_576, 'x');
    for (const framing of ['Content-Length: 31457280', 'Transfer-Encoding: chunked']) {
      const client = connect();
      client.send(post(`Content-Type: application/json\r\n${framing}`, ''));
      for (let sent = 0; sent < 30; sent++) {
        if (framing.startsWith('T')) client.send(`${megabyte.length.toString(16)}\r\n`);
        client.send(megabyte);
        if (framing.startsWith('T')) client.send('\r\n');
        await sleep(1);
      }
      if (framing.startsWith('T')) client.send('0\r\n\r\n');
      expectProblem(await client.response(), 413);
      // And the connection is as good as new.
      client.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\n');
      expect((await client.response()).status).toBe(200);
    }
  });

  it('with headers beyond the limit', async () => {
    const client = connect();
    client.send('GET /running HTTP/1.1\r\nHost: x\r\n');
    for (let sent = 0; sent < 50; sent++) {
      client.send(`A${sent}: ${'a'.repeat(60_000)}\r\n`);
      await sleep(1);
    }
    expectProblem(await client.response(), 431);
    await client.end();
  });
});

describe('Expect: 100-continue', () => {
  const expecting = (authorization: string, length: number) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\n${authorization}Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;

  it('asks for the body when it is needed', async () => {
    const client = connect();
    client.send(expecting(`Authorization: Bearer ${token}\r\n`, valid.length));
    expect((await client.response({ informational: true })).status).toBe(100);
    client.send(valid);
    expect((await client.response()).status).toBe(200);
  });

  it('refuses without it when it is not', async () => {
    expectProblem(await ask(expecting('', valid.length)), 401);
    expectProblem(await ask(expecting(`Authorization: Bearer ${token}\r\n`, 2_000_000)), 413);
  });

  it('means nothing in HTTP/1.0', async () => {
    const request = expecting(`Authorization: Bearer ${token}\r\n`, valid.length).replace('HTTP/1.1', 'HTTP/1.0');
    expect((await ask(`${request}${valid}`)).status).toBe(200);
  });

  it('is the only expectation there is: others are passed over', async () => {
    expect((await ask('GET /running HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n')).status).toBe(200);
  });
});

describe('old and odd but valid requests are served', () => {
  it.each([
    ['HTTP/1.0 without Host', 'GET /running HTTP/1.0\r\n\r\n'],
    ['an absolute target', 'GET http://elsewhere/running HTTP/1.1\r\nHost: x\r\n\r\n'],
    [
      'a body on GET',
      'GET /running HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{x}',
    ],
    ['an empty line before', '\r\nGET /running HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an IPv6 host', 'GET /running HTTP/1.1\r\nHost: [::1]:80\r\n\r\n'],
    ['an empty query', 'GET /running? HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an upgrade', 'GET /running HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ])('%s', async (_, text) => {
    const response = await ask(text);
    expect(response.status).toBe(200);
    expect(response.body).toBe('{"running":true}');
  });

  it('but dots in a path are not resolved', async () => {
    const own = await patientToken('..');
    const target = '/dhos/v1/patient/../latest_installation';
    const response = await ask(`GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${own}\r\n\r\n`);
    expect(response.status).toBe(200);
    expect((await ask('GET /a/../running HTTP/1.1\r\nHost: x\r\n\r\n')).status).toBe(404);
  });

  it('a chunked body, in pieces', async () => {
    const client = connect();
    client.send(post('Content-Type: application/json\r\nTransfer-Encoding: chunked', ''));
    for (const piece of [valid.slice(0, 10), valid.slice(10)]) {
      client.send(`${piece.length.toString(16)}\r\n${piece}\r\n`);
      await sleep(10);
    }
    client.send('0\r\n\r\n');
    expect((await client.response()).status).toBe(200);
  });

  it('a body in the packet of its head, which is read at once, not event by event', async () => {
    const listening = vi.spyOn(IncomingMessage.prototype, 'on');
    const ended = vi.spyOn(IncomingMessage.prototype, 'emit');
    try {
      expect((await ask(post(`Content-Type: application/json\r\nContent-Length: ${valid.length}`, valid))).status).toBe(
        200,
      );
      expect(listening.mock.calls.map(([event]) => event)).not.toContain('data');
      // Node keeps a request, and its body, until its end has been read.
      await expect.poll(() => ended.mock.calls.map(([event]) => event)).toContain('end');
    } finally {
      listening.mockRestore();
      ended.mockRestore();
    }
  });

  it('two in one packet', async () => {
    const client = connect();
    client.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2));
    expect((await client.response()).status).toBe(200);
    expect((await client.response()).status).toBe(200);
  });
});

it('refuses two Authorization headers, each good: 401', async () => {
  const line = `Authorization: Bearer ${token}\r\n`;
  const target = '/dhos/v1/patient/p1/latest_installation';
  expect((await ask(`GET ${target} HTTP/1.1\r\nHost: x\r\n${line}\r\n`)).status).toBe(200);
  for (const lines of [`${line}${line}`, `Authorization:\r\n${line}`, `Authorization: Basic eDp5\r\n${line}`]) {
    const response = await ask(`GET ${target} HTTP/1.1\r\nHost: x\r\n${lines}\r\n`);
    expectProblem(response, 401);
    expect(response.headers['www-authenticate']).toBe(
      'Bearer error="invalid_request", error_description="There must be one Authorization header."',
    );
  }
});

it.each(['TRACE', 'PROPFIND', 'M-SEARCH', 'QUERY', 'DELETE'])(
  'knows what it does not do: 405 for %s',
  async (method) => {
    const response = await ask(`${method} /running HTTP/1.1\r\nHost: x\r\n\r\n`);
    expectProblem(response, 405);
    expect(response.headers['allow']).toBe('GET, HEAD, OPTIONS');
  },
);

it('answers HEAD with the headers of GET, the length too', async () => {
  const get = await ask('GET /running HTTP/1.1\r\nHost: x\r\nX-Request-ID: same\r\n\r\n');
  const head = await ask('HEAD /running HTTP/1.1\r\nHost: x\r\nX-Request-ID: same\r\n\r\n', { head: true });
  const { date: _get, ...expected } = get.headers;
  const { date: _head, ...headers } = head.headers;
  expect(headers).toEqual(expected);
});

it('sends nothing with 204, 304 and 308', async () => {
  const options = await ask('OPTIONS /running HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(options.status).toBe(204);
  expect(options.headers).not.toHaveProperty('content-length');
  const redirect = await ask('GET /ui HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(redirect).toMatchObject({ status: 308, headers: { location: 'ui/', 'content-length': '0' } });
});

describe('a client that sends ahead without waiting for answers', () => {
  const request = (n: number) => `GET /running HTTP/1.1\r\nHost: x\r\nX-Request-ID: ${n}\r\n\r\n`;

  it('gets them in order, up to a number; then the connection ends', async () => {
    const client = connect();
    client.send(Array.from({ length: 1_000 }, (_, n) => request(n)).join(''));
    for (let n = 0; n <= 100; n++) {
      const { status, headers } = await client.response();
      expect(status).toBe(200);
      expect(headers['x-request-id']).toBe(String(n));
    }
    const last = await client.response();
    expect(last.headers).toMatchObject({ 'x-request-id': '101', connection: 'close' });
    await client.end();
    expect(client.received).toBe('');
  });

  it('is worked for once at a time', async () => {
    const begun: (() => void)[] = [];
    const render = () => new Promise<string>((resolve) => begun.push(() => resolve('')));
    const slow = createHttpServer(testApp({ metrics: { contentType: 'text/plain', render } }).app, LIMITS);
    const client = connect(await slow.listen(0, '127.0.0.1'));
    client.send('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20));
    for (let n = 0; n < 3; n++) {
      await expect.poll(() => begun.length).toBe(n + 1);
      await sleep(50);
      expect(begun).toHaveLength(n + 1);
      begun[n]?.();
      expect((await client.response()).status).toBe(200);
    }
    client.close();
    slow.destroy();
    await slow.drain();
  });
});

describe('a server that has too much to do', () => {
  it('refuses at once, delays clients that come back too soon, and reports on itself all the time', async () => {
    const none = new RequestsInProgress(() => 0, 4_700);
    const { app } = testApp({ requestsInProgress: { records: none, reads: none, erasure: none } });
    const busy = createHttpServer(app, LIMITS);
    const at = await busy.listen(0, '127.0.0.1');
    const client = connect(at);
    const request = post(`Content-Type: application/json\r\nContent-Length: ${valid.length}`, valid);
    client.send(request);
    const refusal = await client.response();
    expectProblem(refusal, 503);
    expect(refusal.headers['retry-after']).toBe('1');
    const asked = performance.now();
    client.send(request);
    const other = connect(at);
    for (const target of ['/running', '/healthcheck', '/metrics']) {
      other.send(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect((await other.response()).status).toBe(200);
    }
    expectProblem(await client.response(), 503);
    // Half a second at least.
    expect(performance.now() - asked).toBeGreaterThan(450);
    busy.destroy();
    await busy.drain();
  });
});

it('takes thousands of connections at once', async () => {
  const many = Array.from({ length: 1_500 }, () => connect());
  for (const client of many) client.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\n');
  for (const client of many) expect((await client.response()).status).toBe(200);
  expect(server.connections).toBeGreaterThanOrEqual(1_500);
});

describe('a port', () => {
  it('is not shared with any other process', async () => {
    const { app } = testApp();
    const second = createHttpServer(app, LIMITS);
    await expect(second.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a server that is drained', () => {
  /** A server whose registrations wait until they are released. */
  async function patientServer() {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { useCases } = testApp().dependencies;
    const { patientInstallations: patient } = useCases;
    const register: typeof patient.register = async (request) => {
      await released;
      return patient.register(request);
    };
    const { app } = testApp({ useCases: { ...useCases, patientInstallations: { ...patient, register } } });
    const own = createHttpServer(app, LIMITS);
    return { own, at: await own.listen(0, '127.0.0.1'), release };
  }

  it('answers complete requests, closes idle and half-sent ones, and takes no new ones', async () => {
    const { own, at, release } = await patientServer();
    const idle = connect(at);
    idle.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await idle.response()).headers['connection']).toBe('keep-alive');
    const half = connect(at);
    half.send('GET /running HTTP/1.1\r\nHost: x');
    const halfBody = connect(at);
    halfBody.send(post('Content-Type: application/json\r\nContent-Length: 100', '{'));
    const whole = connect(at);
    whole.send(post(`Content-Type: application/json\r\nContent-Length: ${valid.length}`, valid));
    const wholeAndHalf = connect(at);
    wholeAndHalf.send(
      `${post(`Content-Type: application/json\r\nContent-Length: ${valid.length}`, valid)}GET /running HT`,
    );
    await sleep(50);
    const drained = own.drain();
    for (const client of [idle, half, halfBody]) await client.end().catch(() => {});
    const late = connect(at);
    late.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect(late.response()).rejects.toThrow(/ECONNREFUSED/);
    release();
    for (const client of [whole, wholeAndHalf]) {
      const answer = await client.response();
      expect(answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
      await client.end();
    }
    await drained;
    expect(own.connections).toBe(0);
  });

  it('asks clients to leave while it still serves', async () => {
    const { own, at, release } = await patientServer();
    const waiting = connect(at);
    waiting.send(post(`Content-Type: application/json\r\nContent-Length: ${valid.length}`, valid));
    const idle = connect(at);
    await sleep(50);
    own.leave();
    release();
    idle.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\n');
    const late = connect(at);
    late.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\n');
    for (const client of [waiting, idle, late]) {
      expect(await client.response()).toMatchObject({ status: 200, headers: { connection: 'close' } });
      await client.end();
    }
    await own.drain();
  });
});
