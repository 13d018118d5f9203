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

async function bearer(token: string): Promise<TokenResult> {
  return verify(`Bearer ${token}`);
}

/** A remembered token is answered at once, and by the very object of the time before. */
function expectRemembered(token: string, result: TokenResult): void {
  expect(verify(`Bearer ${token}`)).toBe(result);
}

async function expectForgotten(token: string, result: TokenResult): Promise<void> {
  const again = await bearer(token);
  expect(again).toMatchObject({ ok: true });
  expect(again).not.toBe(result);
}

async function remember(token: string): Promise<TokenResult> {
  const result = await bearer(token);
  expect(result).toMatchObject({ ok: true });
  expectRemembered(token, result);
  return result;
}

describe.each<[string, (claims?: object) => string]>([
  ['internal', (claims) => world.internalToken(claims)],
  ['AUTH0', (claims) => world.auth0Token(claims)],
])('a verified token of the %s issuer', (_name, makeToken) => {
  test('is remembered for 60 s', async () => {
    const token = makeToken();
    const result = await remember(token);
    world.clock.advance(59_999);
    expectRemembered(token, result);
    world.clock.advance(1);
    await expectForgotten(token, result);
  });

  test('is not remembered for longer when it is used all the time', async () => {
    const token = makeToken();
    const result = await remember(token);
    for (let second = 0; second < 59; second++) {
      world.clock.advance(1_000);
      expectRemembered(token, result);
    }
    world.clock.advance(1_000);
    await expectForgotten(token, result);
  });

  test('is not remembered beyond exp', async () => {
    const token = makeToken({ exp: world.clock.seconds() + 10 });
    const result = await remember(token);
    world.clock.advance(9_999);
    expectRemembered(token, result);
    world.clock.advance(1);
    expect(await bearer(token)).toMatchObject({ message: 'The access token has expired.' });
  });

  test('expires by a clock that jumps forward', async () => {
    const token = makeToken();
    await remember(token);
    world.clock.jump(600_000);
    expect(await bearer(token)).toMatchObject({ message: 'The access token has expired.' });
  });

  test('is not kept longer by a clock that jumps back', async () => {
    const token = makeToken();
    const result = await remember(token);
    world.clock.jump(-3_600_000);
    expectRemembered(token, result);
    world.clock.advance(60_000);
    await expectForgotten(token, result);
  });

  test('is not good before nbf, when the clock jumps back before it', async () => {
    const token = makeToken({ nbf: world.clock.seconds() });
    await remember(token);
    world.clock.jump(-1);
    expect(await bearer(token)).toMatchObject({ message: 'The access token is not valid yet.' });
  });

  test('differs from one that differs only in its last character', async () => {
    const token = makeToken({ pad: 'x' });
    await remember(token);
    for (const last of ['A', 'Q', 'g', 'w']) {
      const other = token.slice(0, -1) + last;
      if (other !== token) expect(await verify(`Bearer ${other}`), last).toMatchObject({ ok: false });
    }
    expect(await verify(`Bearer ${token}x`)).toMatchObject({ ok: false });
    expect(await verify(`Bearer ${token.slice(0, -1)}`)).toMatchObject({ ok: false });
  });
});

describe('a verified token', () => {
  test('is forgotten when the issuer drops its key', async () => {
    const token = world.auth0Token();
    await remember(token);
    world.keyServer.publish([keys.es256.jwk]);
    world.clock.advance(30_000);
    // A token of an unknown key makes the key set be fetched again.
    await verify(`Bearer ${world.auth0Token({}, { kid: 'new' })}`);
    expect(await bearer(token)).toMatchObject({ ok: false, kind: 'unauthenticated' });
  });

  test('is kept when the issuer’s keys are fetched again and are the same', async () => {
    const token = world.auth0Token();
    const result = await remember(token);
    world.clock.advance(30_000);
    await verify(`Bearer ${world.auth0Token({}, { kid: 'new' })}`);
    expect(world.keyServer.requests()).toBe(2);
    expectRemembered(token, result);
  });
});

test('more tokens than the cache holds: the oldest are forgotten', async () => {
  // Long tokens reach the size limit long before the number limit.
  const tokens = Array.from({ length: 1_500 }, (_, index) => world.internalToken({ index, pad: 'x'.repeat(11_000) }));
  const results = new Map<string, TokenResult>();
  for (const token of tokens) results.set(token, await bearer(token));
  // From the newest back: a token that was forgotten is remembered again, and may drive out others.
  const remembered: string[] = [];
  for (const token of tokens.toReversed()) if ((await bearer(token)) === results.get(token)) remembered.unshift(token);
  expect(remembered.length).toBeGreaterThan(500);
  expect(remembered.length * 11_000).toBeLessThan(16_000_000);
  expect(remembered).toEqual(tokens.slice(-remembered.length));
});
