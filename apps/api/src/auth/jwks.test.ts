import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTokenWorld, makeKeys, type TokenWorld } from '../../test/support/token-world.js';
import { type JwksEvent, remoteKeys } from './jwks.js';
import type { TokenFailure } from './token-failure.js';
import { createVerifyToken } from './verify-token.js';

const keys = makeKeys();
const SECOND = 1_000;
let world: TokenWorld;
let events: JwksEvent[];
let outcome: (token: string) => Promise<'ok' | TokenFailure['kind']>;

beforeEach(async () => {
  world = await createTokenWorld(keys);
  events = [];
  const verify = createVerifyToken(
    world.config,
    remoteKeys(world.keyServer.url, world.clock, (event) => events.push(event)),
    world.clock,
  );
  outcome = async (token) => {
    const result = await verify(`Bearer ${token}`);
    return result.ok ? 'ok' : result.kind;
  };
  return () => world.keyServer.stop();
});

/** A new token, so that no cache of tokens answers for it. */
let serial = 0;
function freshToken(header: object = {}): string {
  return world.auth0Token({ jti: String(serial++) }, header);
}

describe('fetching', () => {
  test('happens on first need, never before', async () => {
    expect(world.keyServer.requests()).toBe(0);
    expect(await outcome(world.internalToken())).toBe('ok');
    expect(world.keyServer.requests()).toBe(0);
    expect(await outcome(freshToken())).toBe('ok');
    expect(world.keyServer.requests()).toBe(1);
    expect(events).toEqual([{ event: 'fetched', keys: 9, changed: true }]);
  });

  test('happens once for many callers', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(freshToken())));
    expect(new Set(outcomes)).toEqual(new Set(['ok']));
    expect(world.keyServer.requests()).toBe(1);
  });

  test('happens once for many callers when it fails', async () => {
    world.keyServer.answer((_request, response) => response.writeHead(500).end());
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(freshToken())));
    expect(new Set(outcomes)).toEqual(new Set(['keys-unavailable']));
    expect(world.keyServer.requests()).toBe(1);
  });

  test('happens for unknown keys once a cool-down', async () => {
    await outcome(freshToken());
    world.clock.advance(30 * SECOND);
    for (let round = 1; round <= 3; round++) {
      const unknown = Array.from({ length: 20 }, (_, index) => outcome(freshToken({ kid: `unknown-${index}` })));
      expect(new Set(await Promise.all(unknown))).toEqual(new Set(['unauthenticated']));
      expect(await outcome(freshToken({ kid: 'another' }))).toBe('unauthenticated');
      expect(world.keyServer.requests()).toBe(1 + round);
      world.clock.advance(30 * SECOND);
    }
  });

  test('is not begun by jose, which would do so after 30 s of its own clock', async () => {
    await outcome(freshToken());
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 60 * SECOND);
    expect(await outcome(freshToken({ kid: 'unknown' }))).toBe('unauthenticated');
    vi.useRealTimers();
    expect(world.keyServer.requests()).toBe(1);
  });

  test('is not hurried by a wall clock that jumps', async () => {
    await outcome(freshToken());
    world.clock.jump(100 * SECOND);
    await outcome(freshToken({ kid: 'unknown' }));
    expect(world.keyServer.requests()).toBe(1);
  });
});

describe('through an HTTP proxy', () => {
  /** A proxy that forwards plain requests and refuses clients without a password. */
  async function startProxy() {
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request.url ?? '');
      if (request.headers['proxy-authorization'] !== `Basic ${btoa('user:secret')}`) {
        response.writeHead(407).end();
        return;
      }
      get(request.url ?? '', (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
    });
    const tunnels: string[] = [];
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    return { seen, tunnels, url: (user: string) => new URL(`http://${user}127.0.0.1:${port}`) };
  }

  const fetchVia = (proxy: URL, url = world.keyServer.url) =>
    createVerifyToken(
      world.config,
      remoteKeys(url, world.clock, (event) => events.push(event), proxy),
      world.clock,
    )(`Bearer ${freshToken()}`);

  test('the keys are fetched with its password, which is said nowhere', async () => {
    const proxy = await startProxy();
    expect(await fetchVia(proxy.url('user:secret@'))).toMatchObject({ ok: true });
    expect(proxy.seen).toEqual([world.keyServer.url.href]);
    expect(await fetchVia(proxy.url(''))).toMatchObject({ kind: 'keys-unavailable' });
    expect(JSON.stringify(events.map((event) => ('err' in event ? String(event.err) : event)))).not.toContain('secret');
  });

  test('an https address goes through a tunnel, and a refused tunnel brings no key', async () => {
    const proxy = await startProxy();
    const address = new URL('https://login.invalid/keys');
    expect(await fetchVia(proxy.url('user:secret@'), address)).toMatchObject({ kind: 'keys-unavailable' });
    expect(proxy.tunnels).toEqual(['login.invalid:443']);
  });
});

describe('rotation', () => {
  test('a new key is found after the cool-down', async () => {
    world.keyServer.publish([keys.es256.jwk]);
    await outcome(world.auth0Token({}, { kid: 'es256' }));
    world.keyServer.publish([keys.es256.jwk, keys.rsa.jwk]);
    world.clock.advance(30 * SECOND);
    expect(await outcome(freshToken())).toBe('ok');
  });

  test('a dropped key is noticed without a new one, within ten minutes', async () => {
    expect(await outcome(freshToken())).toBe('ok');
    world.keyServer.publish([keys.es256.jwk]);
    world.clock.advance(601 * SECOND);
    expect(await outcome(freshToken())).toBe('unauthenticated');
  });

  test('the same kid with another key: the old one does not count any more', async () => {
    expect(await outcome(freshToken())).toBe('ok');
    world.keyServer.publish([{ ...keys.attacker.jwk, kid: 'rsa' }]);
    world.clock.advance(601 * SECOND);
    expect(await outcome(freshToken())).toBe('unauthenticated');
    expect(await outcome(world.auth0Token({}, { kid: 'rsa' }, keys.attacker))).toBe('ok');
  });
});

describe('a key server that is down', () => {
  test('does not matter to known keys, however long it lasts', async () => {
    expect(await outcome(freshToken())).toBe('ok');
    await world.keyServer.stop();
    // jose has its own clock.
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let hour = 1; hour <= 5; hour++) {
      world.clock.advance(3_600 * SECOND);
      vi.setSystemTime(Date.now() + 3_600 * SECOND);
      expect(await outcome(freshToken())).toBe('ok');
    }
    vi.useRealTimers();
    expect(await outcome(freshToken({ kid: 'unknown' })), 'unknown').toBe('keys-unavailable');
    await world.keyServer.start();
  });

  test('is asked again after 1, 2, 4, 8, 16, 30, 30 s, and no sooner', async () => {
    world.keyServer.answer((_request, response) => response.writeHead(503).end());
    for (const pause of [1, 2, 4, 8, 16, 30, 30]) {
      const before = world.keyServer.requests();
      expect(await outcome(freshToken())).toBe('keys-unavailable');
      expect(world.keyServer.requests()).toBe(before + 1);
      world.clock.advance(pause * SECOND - 1);
      expect(await outcome(freshToken())).toBe('keys-unavailable');
      expect(world.keyServer.requests(), `within ${pause} s`).toBe(before + 1);
      world.clock.advance(1);
    }
    world.keyServer.publish([keys.rsa.jwk]);
    expect(await outcome(freshToken())).toBe('ok');
  });

  test('recovers: the pauses start over', async () => {
    await world.keyServer.stop();
    await outcome(freshToken());
    await world.keyServer.start();
    world.clock.advance(1 * SECOND);
    expect(await outcome(freshToken())).toBe('ok');
    expect(events.map(({ event }) => event)).toEqual(['failed', 'fetched']);
  });
});

describe('a key server that answers badly', () => {
  const json = (text: string) => ['application/json', text] as const;
  test.each<[string, readonly [string, string]]>([
    ['no JSON', json('<html>')],
    ['nothing', json('')],
    ['no object', json('[]')],
    ['null', json('null')],
    ['no list of keys', json('{"keys":{}}')],
    ['no keys', json('{}')],
    ['keys that are none', json('{"keys":[1]}')],
    ['more than 1 MiB', json(JSON.stringify({ keys: [], pad: 'x'.repeat(1_048_576) }))],
  ])('%s', async (_name, [type, body]) => {
    world.keyServer.answer((_request, response) => {
      response.setHeader('Content-Type', type);
      response.end(body);
    });
    expect(await outcome(freshToken())).toBe('keys-unavailable');
  });

  test('a small answer that unpacks to more than 1 MiB', async () => {
    const body = gzipSync(JSON.stringify({ keys: [keys.rsa.jwk], pad: ' '.repeat(3_000_000) }));
    world.keyServer.answer((_request, response) => {
      response.setHeader('Content-Encoding', 'gzip');
      response.end(body);
    });
    expect(await outcome(freshToken())).toBe('keys-unavailable');
  });

  test('an endless answer', async () => {
    world.keyServer.answer((_request, response) => {
      const chunk = Buffer.alloc(65_536, ' ');
      const more = () => {
        while (response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    expect(await outcome(freshToken())).toBe('keys-unavailable');
  });

  test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
    world.keyServer.answer((request, response) => {
      if (request.url === '/elsewhere') response.end(JSON.stringify({ keys: [keys.rsa.jwk] }));
      else response.writeHead(status, { Location: '/elsewhere' }).end();
    });
    expect(await outcome(freshToken())).toBe('keys-unavailable');
    expect(world.keyServer.requests()).toBe(1);
  });

  test.each([201, 203, 304, 404, 500])('status %i, though with keys', async (status) => {
    world.keyServer.answer((_request, response) =>
      response.writeHead(status).end(JSON.stringify({ keys: [keys.rsa.jwk] })),
    );
    expect(await outcome(freshToken())).toBe('keys-unavailable');
  });

  test('slowly: given up after 4 s', async () => {
    world.keyServer.answer((_request, response) => response.write('{"keys":['));
    const start = performance.now();
    expect(await outcome(freshToken())).toBe('keys-unavailable');
    expect(performance.now() - start).toBeGreaterThan(3_900);
  });

  test('with one broken key among good ones: the good ones serve', async () => {
    world.keyServer.publish([{ kid: 'broken', kty: 'RSA', n: '!', e: 5 }, { kty: 'unknown' }, {}, keys.rsa.jwk]);
    expect(await outcome(freshToken())).toBe('ok');
    expect(await outcome(freshToken({ kid: 'broken' }))).toBe('unauthenticated');
  });

  test('with a private key: it is not used', async () => {
    const jwk = { ...keys.rsa.privateKey.export({ format: 'jwk' }), kid: 'rsa', use: 'sig' };
    world.keyServer.publish([jwk]);
    expect(await outcome(freshToken())).toBe('unauthenticated');
  });

  test('with a symmetric key: it is not used', async () => {
    world.keyServer.publish([{ kty: 'oct', kid: 'rsa', k: 'AAAA', use: 'sig' }]);
    expect(await outcome(freshToken())).toBe('unauthenticated');
    expect(await outcome(freshToken({ alg: 'HS256' }))).toBe('unauthenticated');
  });
});
