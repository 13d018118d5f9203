import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestsInProgress } from '../src/pipeline/requests-in-progress.js';
import { type Call, clientOf } from './support/client.js';
import { kinds, patientInstallations } from './support/kinds.js';
import { testApp } from './support/test-app.js';
import { patientToken, readAllToken, tokenFor } from './support/tokens.js';

const { collection, body } = patientInstallations;

let call: Call;
let token: string;

beforeEach(async () => {
  call = clientOf(testApp().app);
  token = await patientToken('p1');
});

describe('every answer', () => {
  it.each([
    ['GET', '/running', ''],
    ['GET', '/nowhere', ''],
    ['PUT', '/running', ''],
    ['OPTIONS', '/running', ''],
    ['GET', '/ui/', ''],
    ['GET', '/ui', ''],
    ['POST', '/dhos/v1/patient/p1/installation', 'private, '],
    ['GET', '/dhos/v1/patient/p1/latest_installation', 'private, '],
    ['HEAD', '/dhos/v1/patient/p1/latest_installation', 'private, '],
    ['POST', '/drop_data', 'private, '],
  ])('has the standard headers: %s %s', async (method, path, privately) => {
    const { headers } = await call(method, path, { token });
    expect(headers.get('Cache-Control')).toBe(`${privately}no-cache, must-revalidate`);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Pragma')).toBe('no-cache');
    expect(headers.get('Expires')).toBe('0');
    expect(headers.get('X-Request-ID')).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each([
    [{ 'X-Request-ID': 'abc-1' }, 'abc-1'],
    [{ 'X-Request-ID': 'has space', 'X-Correlation-ID': 'correlated' }, 'correlated'],
    [
      { 'X-Amzn-Trace-Id': 'Root=1-67891233-abcdef012345678912345678;Sampled=1' },
      '1-67891233-abcdef012345678912345678',
    ],
    [{ 'X-Amzn-Trace-Id': 'Root=1-a;Self=1-b' }, '1-b'],
    [{ 'X-Request-ID': 'x'.repeat(129), 'X-Amzn-Trace-Id': 'Root=1-a' }, '1-a'],
  ])('goes by the id of the request: %j', async (headers, id) => {
    expect(
      (await call('GET', '/running', { headers: headers as unknown as Record<string, string> })).headers.get(
        'X-Request-ID',
      ),
    ).toBe(id);
  });
});

describe('an address', () => {
  it.each([
    '/nowhere',
    '/running/',
    '//running',
    '/dhos//v1/patient/p1/latest_installation',
    '/dhos/v1/patient//latest_installation',
    '/dhos/v1/patient/p1/latest_installation/',
    '/dhos/v1/patient/p1/installation/',
    '/dhos/v1/patient/a%2Fb/latest_installation',
    '/dhos/v1/patient/p1/installation/a%2fb',
    '/Running',
  ])('that there is none of: 404 for %s', async (path) => {
    const answer = await call('GET', path, { token });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    expect(answer.json).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is nothing at this address.',
      message: 'There is nothing at this address.',
    });
  });

  it('may have its plain letters encoded, and a query', async () => {
    expect((await call('GET', '/%72unning?x=/')).status).toBe(200);
    expect((await call('GET', '/dhos/v1/patient/%70%31/latest_installation?a=b', { token })).status).toBe(200);
  });

  it.each([
    ['PUT', '/running', 'GET, HEAD, OPTIONS'],
    ['POST', '/dhos/v1/patient/p1/latest_installation', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/dhos/v1/patient/p1/installation/i1', 'GET, HEAD, PATCH, OPTIONS'],
    ['PATCH', '/dhos/v1/patient/p1/installation', 'GET, HEAD, POST, OPTIONS'],
    ['HEAD', '/drop_data', 'POST, OPTIONS'],
  ])('knows its methods: 405 for %s %s', async (method, path, allow) => {
    const answer = await call(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')).toBe(allow);
    const options = await call('OPTIONS', path);
    expect(options.status).toBe(204);
    expect(options.headers.get('Allow')).toBe(allow);
    expect(options.text).toBe('');
  });

  it.each(kinds)(
    'takes ids of 1 to 36 characters, and a body only after that: $name',
    async ({ collection: of, ownerId, tokenFor: ownerToken }) => {
      const own = await ownerToken(ownerId);
      const answer = await call('PATCH', `${of(ownerId)}/${'r'.repeat(37)}`, { token: own, body: '{' });
      expect(answer.status).toBe(400);
      expect(answer.json['errors']).toEqual([
        { path: expect.stringMatching(/_id$/), message: 'must be 1 to 36 characters' },
      ]);
      const longest = '\u{1F4F1}'.repeat(36);
      expect((await call('GET', `${of(ownerId)}/${encodeURIComponent(longest)}`, { token: own })).status).toBe(404);
    },
  );

  it('names both ids when both are wrong', async () => {
    const path = `${collection('o'.repeat(37))}/%00`;
    const answer = await call('GET', path, { token: await readAllToken() });
    expect((answer.json['errors'] as { path: string }[]).map(({ path }) => path)).toEqual([
      '/patient_id',
      '/installation_id',
    ]);
  });

  it.each(['%zz', '%', '%%341', '%4%31', '%e9', '%ff%fe', '%C3%28', '%00', '%ED%A0%80'])(
    'has ids in UTF-8, percent-encoded: 400 for %s',
    async (id) => {
      expect((await call('GET', `${collection('p1')}/${id}`, { token })).status).toBe(400);
      expect(
        (await call('GET', `/dhos/v1/patient/${id}/latest_installation`, { token: await readAllToken() })).status,
      ).toBe(400);
      // No token names what cannot be read.
      expect((await call('GET', `/dhos/v1/patient/${id}/latest_installation`, { token })).status).toBe(403);
    },
  );

  it('is decoded once', async () => {
    const id = '%70 1/é'.replace('/', '');
    const own = await patientToken(id);
    expect(
      (await call('GET', `/dhos/v1/patient/${encodeURIComponent(id)}/latest_installation`, { token: own })).status,
    ).toBe(200);
    expect((await call('GET', '/dhos/v1/patient/%2570%201%C3%A9/latest_installation', { token: own })).status).toBe(
      200,
    );
  });
});

describe('a body', () => {
  const post = (content: unknown, headers: Record<string, string> = {}) =>
    call('POST', collection('p1'), { token, body: content, headers });
  const valid = JSON.stringify(body);

  it.each([
    ['application/json', 200],
    ['APPLICATION/JSON', 200],
    ['application/json; charset=utf-8', 200],
    ['application/json;charset="UTF-8"', 200],
    ['application/json; charset=UTF-8; x=y', 200],
    ['application/json; ; charset=utf-8;', 200],
    ['application/json;; charset=latin1', 415],
    ['application/vnd.api+json', 200],
    ['application/merge-patch+JSON;charset=utf-8', 200],
    ['application/json; charset=latin1', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset', 415],
    ['application/json, application/json', 415],
    ['application/jsonp', 415],
    ['text/json', 415],
    ['text/plain', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/x-www-form-urlencoded', 415],
    ['json', 415],
    ['', 415],
  ])('has a content type: %s is %i', async (type, status) => {
    expect((await post(valid, { 'Content-Type': type })).status).toBe(status);
  });

  it('without a content type: 415', async () => {
    // A Uint8Array has none of its own.
    const { app } = testApp();
    const response = await app.request(collection('p1'), {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: new TextEncoder().encode(valid),
    });
    expect(response.status).toBe(415);
  });

  it.each(['gzip', 'identity', 'br'])('with a content encoding: 415 for %s', async (encoding) => {
    expect((await post(valid, { 'Content-Encoding': encoding })).status).toBe(415);
  });

  it.each([
    ['an empty one', ''],
    ['white space', '  '],
    ['a truncated one', valid.slice(0, -1)],
    ['two', `${valid}${valid}`],
    ['NaN', '{"app_version":NaN}'],
    ['Infinity', '{"app_version":Infinity}'],
    ['single quotes', "{'app_version':1}"],
    ['a comment', `${valid}// x`],
    ['a trailing comma', '{"a":1,}'],
    ['a BOM in the middle', `${valid}\uFEFF`],
  ])('that is not JSON: 400 for %s', async (_, content) => {
    const answer = await post(content);
    expect(answer.status).toBe(400);
    expect(answer.json['errors']).toBeUndefined();
  });

  it('that is missing: 400', async () => {
    expect((await call('POST', collection('p1'), { token })).status).toBe(400);
  });

  it('that is not UTF-8: 400', async () => {
    const bytes = Buffer.from(valid.replace('GDM', 'G?M'));
    bytes[bytes.indexOf('?')] = 0xff;
    expect((await post(bytes)).json['detail']).toBe('The body is not valid UTF-8.');
    // A surrogate in bytes, an overlong form, UTF-16.
    for (const wrong of [
      Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
      Buffer.from([0x22, 0xc0, 0xaf, 0x22]),
      Buffer.from(valid, 'utf16le'),
    ]) {
      expect((await post(wrong)).status).toBe(400);
    }
  });

  it('may begin with a BOM', async () => {
    expect((await post(`\uFEFF${valid}`)).status).toBe(200);
  });

  it('is 1 MiB at most: 413', async () => {
    const sized = (length: number) => JSON.stringify({ ...body, app_version: 'v'.repeat(length - valid.length + 5) });
    expect(Buffer.byteLength(sized(1_048_576))).toBe(1_048_576);
    expect((await post(sized(1_048_576))).status).toBe(200);
    expect((await post(sized(1_048_577))).status).toBe(413);
    expect((await post(sized(1_048_577), { 'Content-Type': 'text/plain' })).status).toBe(413);
  });

  it('may be nested as deep as its size allows', async () => {
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
    expect((await post(deep)).status).toBe(400);
    expect((await post(valid.replace('{', `{"deep":${deep},`))).json['errors']).toEqual([
      { path: '/deep', message: 'Unknown field' },
    ]);
  });

  it('is checked before the record is looked for', async () => {
    expect((await call('PATCH', `${collection('p1')}/none`, { token, body: { x: 1 } })).status).toBe(400);
  });
});

describe('HEAD', () => {
  it('is GET without the body', async () => {
    const made = await call('POST', collection('p1'), { token, body });
    for (const path of [
      `${collection('p1')}/${made.json['uuid']}`,
      '/running',
      '/nowhere',
      `${collection('p1')}/none`,
    ]) {
      const headers = { 'X-Request-ID': 'same' };
      const [get, head] = [await call('GET', path, { token, headers }), await call('HEAD', path, { token, headers })];
      expect(head.status).toBe(get.status);
      expect(head.text).toBe('');
      const { 'content-length': length, ...others } = Object.fromEntries(head.headers);
      expect(others).toEqual(Object.fromEntries(get.headers));
      expect(length).toBe(String(Buffer.byteLength(get.text)));
    }
  });
});

describe('GET /debug', () => {
  it('shows the headers, but not what is secret', async () => {
    const names = ['Cookie', 'Proxy-Authorization', 'X-Api-Key', 'X-Auth-Token', 'X-Amz-Security-Token', 'X-Other'];
    const secret = Object.fromEntries(names.map((name) => [name, 'hunter2']));
    const headers = { ...secret, 'X-Forwarded-Prefix': '/telemetry', 'User-Agent': 'curl/8' };
    const answer = await call('GET', '/debug', { token, headers });
    expect(answer.json).toEqual({
      ...Object.fromEntries(names.map((name) => [name.toLowerCase(), '[redacted]'])),
      authorization: '[redacted]',
      'x-forwarded-prefix': '/telemetry',
      'user-agent': 'curl/8',
    });
  });

  it('is not there in production', async () => {
    const production = clientOf(testApp({ production: true }).app);
    for (const path of ['/', '/debug', '/ui', '/ui/', '/ui/swagger-ui.css']) {
      expect((await production('GET', path)).status).toBe(404);
    }
    expect((await production('GET', '/openapi.json')).status).toBe(200);
  });
});

describe('an error of ours', () => {
  it('says nothing but its request id', async () => {
    const { app, dependencies } = testApp();
    const failing = clientOf(
      testApp({
        useCases: {
          ...dependencies.useCases,
          patientInstallations: {
            ...dependencies.useCases.patientInstallations,
            getLatest: () => Promise.reject(new Error('select secret from table')),
          },
        },
      }).app,
    );
    void app;
    const answer = await failing('GET', '/dhos/v1/patient/p1/latest_installation', {
      token: await tokenFor({ scope: 'read:gdm_telemetry', metadata: { patient_id: 'p1' } }),
    });
    expect(answer.status).toBe(500);
    expect(answer.json).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Internal server error',
      message: 'Internal server error',
      request_id: answer.headers.get('X-Request-ID'),
    });
  });
});

it('counts the time in which the keys of a token are fetched, but not that in which a body is sent', async () => {
  const records = new RequestsInProgress(() => 100, 4_700);
  const run = vi.spyOn(records, 'run');
  const { verifyToken } = testApp().dependencies;
  const { app } = testApp({
    requestsInProgress: { records, reads: records, erasure: records },
    verifyToken: async (headers) => {
      await setTimeout(50);
      return verifyToken(headers);
    },
  });
  // Made only once the body is asked for.
  const slowly = new ReadableStream(
    {
      async pull(controller) {
        await setTimeout(2_000);
        controller.enqueue(new TextEncoder().encode(JSON.stringify(body)));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const request = new Request(`http://x${collection('p1')}`, {
    method: 'POST',
    headers,
    body: slowly,
    duplex: 'half',
  });
  const asked = performance.now();
  expect((await app.fetch(request)).status).toBe(200);
  const waited = run.mock.calls[0]?.[1];
  expect(waited).toBeGreaterThan(40);
  expect(waited).toBeLessThan(performance.now() - asked - 1_900);
});
