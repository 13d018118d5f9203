import { beforeEach, describe, expect, test } from 'vitest';
import { createTokenWorld, makeKeys, type TokenWorld } from '../../test/support/token-world.js';
import { remoteKeys } from './jwks.js';
import { createVerifyToken, type TokenResult, type VerifyToken } from './verify-token.js';

const keys = makeKeys();
let world: TokenWorld;
let verify: VerifyToken;

beforeEach(async () => {
  world = await createTokenWorld(keys);
  verify = createVerifyToken(world.config, remoteKeys(world.keyServer.url, world.clock), world.clock);
  return () => world.keyServer.stop();
});

/** An answer without waiting: only remembered tokens get one, and tokens refused unread. */
function atOnce(token: string): TokenResult | undefined {
  const result = verify(`Bearer ${token}`);
  return result instanceof Promise ? undefined : result;
}

async function remember(token: string): Promise<void> {
  expect(atOnce(token), 'not known before').toBeUndefined();
  expect(await verify(`Bearer ${token}`)).toMatchObject({ ok: true });
  expect(atOnce(token)).toMatchObject({ ok: true });
}

describe('a verified token', () => {
  test('is remembered for 60 s', async () => {
    const token = world.internalToken();
    await remember(token);
    world.clock.advance(59_999);
    expect(atOnce(token)).toMatchObject({ ok: true });
    world.clock.advance(1);
    expect(atOnce(token)).toBeUndefined();
  });

  test('is not remembered for longer when it is used all the time', async () => {
    const token = world.internalToken();
    await remember(token);
    for (let second = 0; second < 59; second++) {
      world.clock.advance(1_000);
      expect(atOnce(token)).toMatchObject({ ok: true });
    }
    world.clock.advance(1_000);
    expect(atOnce(token)).toBeUndefined();
  });

  test('is not remembered beyond exp', async () => {
    const token = world.internalToken({ exp: world.clock.seconds() + 10 });
    await remember(token);
    world.clock.advance(9_999);
    expect(atOnce(token)).toMatchObject({ ok: true });
    world.clock.advance(1);
    expect(await verify(`Bearer ${token}`)).toMatchObject({ message: 'The access token has expired.' });
  });

  test('expires by a clock that jumps forward', async () => {
    const token = world.internalToken();
    await remember(token);
    world.clock.jump(600_000);
    expect(await verify(`Bearer ${token}`)).toMatchObject({ message: 'The access token has expired.' });
  });

  test('is not kept longer by a clock that jumps back', async () => {
    const token = world.internalToken();
    await remember(token);
    world.clock.jump(-3_600_000);
    expect(atOnce(token)).toMatchObject({ ok: true });
    world.clock.advance(60_000);
    expect(atOnce(token)).toBeUndefined();
  });

  test('is not good before nbf, when the clock jumps back before it', async () => {
    const token = world.internalToken({ nbf: world.clock.seconds() });
    await remember(token);
    world.clock.jump(-1);
    expect(await verify(`Bearer ${token}`)).toMatchObject({ message: 'The access token is not valid yet.' });
  });

  test('differs from one that differs only in its last character', async () => {
    const token = world.internalToken({ pad: 'x' });
    await remember(token);
    for (const last of ['A', 'Q', 'g', 'w']) {
      const other = token.slice(0, -1) + last;
      if (other !== token) expect(await verify(`Bearer ${other}`), last).toMatchObject({ ok: false });
    }
    expect(await verify(`Bearer ${token}x`)).toMatchObject({ ok: false });
    expect(await verify(`Bearer ${token.slice(0, -1)}`)).toMatchObject({ ok: false });
  });

  test('is forgotten when the issuer drops its key', async () => {
    const token = world.auth0Token();
    await remember(token);
    world.keyServer.publish([keys.es256.jwk]);
    world.clock.advance(30_000);
    // A token of an unknown key makes the key set be fetched again.
    await verify(`Bearer ${world.auth0Token({}, { kid: 'new' })}`);
    expect(atOnce(token)).toBeUndefined();
    expect(await verify(`Bearer ${token}`)).toMatchObject({ ok: false, kind: 'unauthenticated' });
  });

  test('is kept when the issuer’s keys are fetched again and are the same', async () => {
    const token = world.auth0Token();
    await remember(token);
    world.clock.advance(30_000);
    await verify(`Bearer ${world.auth0Token({}, { kid: 'new' })}`);
    expect(world.keyServer.requests()).toBe(2);
    expect(atOnce(token)).toMatchObject({ ok: true });
  });
});

test('more tokens than the cache holds: the least recently used are forgotten', async () => {
  // Long tokens reach the size limit long before the number limit.
  const tokens = Array.from({ length: 1_500 }, (_, index) => world.internalToken({ index, pad: 'x'.repeat(11_000) }));
  for (const token of tokens) await verify(`Bearer ${token}`);
  const remembered = tokens.filter((token) => atOnce(token) !== undefined);
  expect(remembered.length).toBeGreaterThan(500);
  expect(remembered.length * 11_000).toBeLessThan(16_000_000);
  expect(remembered).toEqual(tokens.slice(-remembered.length));
});
