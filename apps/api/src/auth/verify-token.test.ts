import { beforeEach, describe, expect, test } from 'vitest';
import { hostileTokens } from '../../test/support/hostile-tokens/index.js';
import { asymmetric, compact, hmac } from '../../test/support/signing.js';
import {
  createTokenWorld,
  HS_KEY,
  INTERNAL,
  METADATA,
  makeKeys,
  SCOPE,
  type TokenWorld,
} from '../../test/support/token-world.js';
import { remoteKeys } from './jwks.js';
import type { Refusal } from './refusal.js';
import { createVerifyToken, type TokenResult, type VerifyToken } from './verify-token.js';

const keys = makeKeys();
let world: TokenWorld;
let verify: VerifyToken;

beforeEach(async () => {
  world = await createTokenWorld(keys);
  verify = verifier();
  return () => world.keyServer.stop();
});

function verifier(config = world.config): VerifyToken {
  return createVerifyToken(config, remoteKeys(world.keyServer.url, world.clock), world.clock);
}

async function bearer(token: string, by = verify): Promise<TokenResult> {
  return by(`Bearer ${token}`);
}

describe.each(Object.entries(hostileTokens))('refuses %s', (_family, tokens) => {
  test.each(Object.entries(tokens))('%s', async (_name, make) => {
    const headers = make(world);
    const authorization = headers.length === 0 ? undefined : headers.join(', ');
    for (const round of ['cold', 'again', 'warm']) {
      if (round === 'warm') {
        expect(await bearer(world.internalToken())).toMatchObject({ ok: true });
        expect(await bearer(world.auth0Token())).toMatchObject({ ok: true });
      }
      expect(await verify(authorization), round).toMatchObject({ ok: false, kind: 'unauthenticated' });
    }
  });
});

describe('accepts', () => {
  test.each([256, 384, 512])('HS%i of the internal issuer', async (bits) => {
    const token = compact({ alg: `HS${bits}` }, world.internalClaims(), hmac(HS_KEY, `sha${bits}`));
    expect(await bearer(token)).toMatchObject({ ok: true });
  });

  test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'])(
    '%s of the AUTH0 issuer',
    async (alg) => {
      const key = { ES256: keys.es256, ES384: keys.es384, ES512: keys.es512 }[alg] ?? keys.rsa;
      const token = compact({ alg, kid: key.kid }, world.auth0Claims(), asymmetric(alg, key.privateKey));
      expect(await bearer(token)).toMatchObject({ ok: true });
    },
  );

  test.each([
    ['scheme in lower case', (token: string) => `bearer ${token}`],
    ['scheme in upper case', (token: string) => `BEARER ${token}`],
    ['several spaces', (token: string) => `Bearer   ${token}`],
  ])('%s', async (_name, credential) => {
    expect(await verify(credential(world.internalToken()))).toMatchObject({ ok: true });
  });

  test.each<[string, (world: TokenWorld) => object]>([
    ['a list of audiences', () => ({ aud: ['other', 'http://platform.test/'] })],
    ['exp in a millisecond', ({ clock }) => ({ exp: clock.seconds() + 0.001 })],
    ['exp in a thousand years', ({ clock }) => ({ exp: clock.seconds() + 3e10 })],
    ['nbf now', ({ clock }) => ({ nbf: clock.seconds() })],
    ['iat in the future', ({ clock }) => ({ iat: clock.seconds() + 600 })],
    ['no iat', () => ({ iat: undefined })],
    ['no metadata and no scope', () => ({ metadata: undefined, scope: undefined })],
  ])('%s', async (_name, claims) => {
    expect(await bearer(world.internalToken(claims(world)))).toMatchObject({ ok: true });
  });

  test('the last of duplicate claims', async () => {
    const claims = JSON.stringify(world.internalClaims()).slice(1);
    const token = compact({ alg: 'HS512' }, `{"iss":"evil","exp":1,${claims}`, hmac(HS_KEY));
    expect(await bearer(token)).toMatchObject({ ok: true });
  });

  test('one of two published keys of the same kid, whichever it is', async () => {
    const twin = { ...keys.attacker.jwk, kid: 'rsa' };
    world.keyServer.publish([twin, keys.rsa.jwk]);
    expect(await bearer(world.auth0Token())).toMatchObject({ ok: true });
    const token = compact(
      { alg: 'RS256', kid: 'rsa' },
      world.auth0Claims(),
      asymmetric('RS256', keys.attacker.privateKey),
    );
    expect(await bearer(token)).toMatchObject({ ok: true });
    expect(await bearer(`${token.slice(0, -6)}AAAAAA`)).toMatchObject({ ok: false });
  });
});

describe('the principal', () => {
  async function principalOf(token: string) {
    const result = await bearer(token);
    if (!result.ok) throw new Error(result.message);
    return result.principal;
  }

  test('has claims and scopes of the internal issuer', async () => {
    const principal = await principalOf(
      world.internalToken({ metadata: { patient_id: ['a', 'b'], other: 1 }, scope: 'x  y' }),
    );
    expect(principal).toEqual({ claims: { patient_id: ['a', 'b'] }, scopes: new Set(['x', 'y']), trusted: false });
  });

  test('has claims and scopes of the AUTH0 issuer', async () => {
    const principal = await principalOf(world.auth0Token({ [METADATA]: { clinician_id: 'c' }, [SCOPE]: 'x' }));
    expect(principal).toEqual({ claims: { clinician_id: 'c' }, scopes: new Set(['x']), trusted: false });
  });

  test('has nothing of the other issuer’s claim names', async () => {
    const theirs = { [METADATA]: { patient_id: 'p' }, [SCOPE]: 'x' };
    const ours = { metadata: { patient_id: 'p' }, scope: 'x' };
    const nothing = { claims: {}, scopes: new Set(), trusted: false };
    const none = { metadata: undefined, scope: undefined, [METADATA]: undefined, [SCOPE]: undefined };
    expect(await principalOf(world.internalToken({ ...none, ...theirs }))).toEqual(nothing);
    expect(await principalOf(world.auth0Token({ ...none, ...ours }))).toEqual(nothing);
  });
});

describe('failures', () => {
  test.each<[string, (world: TokenWorld) => string | undefined, string, string]>([
    ['no token', () => undefined, 'Bearer', 'A bearer token is required.'],
    ['another scheme', () => 'Basic eDp5', 'Bearer', 'A bearer token is required.'],
    ['two headers', () => 'Bearer a, Bearer b', 'invalid_request', 'There must be one Authorization header.'],
    ['a scheme with commas', () => 'Digest username="a", realm="b"', 'Bearer', 'A bearer token is required.'],
    ['nonsense', () => 'Bearer a', 'invalid_token', 'The access token is malformed.'],
    ['expired', (w) => `Bearer ${w.internalToken({ exp: 1 })}`, 'invalid_token', 'The access token has expired.'],
    ['early', (w) => `Bearer ${w.internalToken({ nbf: 9e9 })}`, 'invalid_token', 'The access token is not valid yet.'],
    ...(
      [
        [(w) => w.internalToken({ iss: 'x' }), 'The access token is from another issuer.'],
        [(w) => w.internalToken({ iss: `${INTERNAL}/` }), 'The access token is from another issuer.'],
        [(w) => w.internalToken({ aud: 'x' }), 'The access token is for another audience.'],
        [(w) => w.internalToken({}, { alg: 'RS256' }), 'The access token uses an algorithm that is not accepted here.'],
        [(w) => w.auth0Token({}, { alg: 'HS256' }), 'The access token uses an algorithm that is not accepted here.'],
        [(w) => w.auth0Token({}, { kid: undefined }), 'The access token names no key of its issuer.'],
        [(w) => w.auth0Token({}, { kid: 'other' }), 'The access token names no key of its issuer.'],
        [(w) => w.auth0Token({}, { kid: 'rsa' }, w.keys.attacker), 'The signature of the access token is wrong.'],
        [(w) => w.internalToken({ exp: undefined }), 'The access token needs an expiry, and times as numbers.'],
        [(w) => w.internalToken({ nbf: '1' }), 'The access token needs an expiry, and times as numbers.'],
      ] satisfies [(world: TokenWorld) => string, string][]
    ).map(([make, message]): [string, (world: TokenWorld) => string, string, string] => [
      message,
      (w) => `Bearer ${make(w)}`,
      'invalid_token',
      message,
    ]),
  ])('%s', async (_name, make, error, message) => {
    const challenge = error === 'Bearer' ? error : `Bearer error="${error}", error_description="${message}"`;
    expect(await verify(make(world))).toEqual({ ok: false, kind: 'unauthenticated', message, challenge });
  });

  test('the refusal of a forged token does not say that it has expired', async () => {
    const token = compact({ alg: 'HS512' }, world.internalClaims({ exp: 1 }), hmac('another key'));
    expect(await bearer(token)).toMatchObject({ message: 'The signature of the access token is wrong.' });
  });

  test('are described to the operator by what was expected and what was found', async () => {
    const refusals: Refusal[] = [];
    const watched = createVerifyToken(world.config, undefined, world.clock, (refusal) => refusals.push(refusal));
    await bearer(world.internalToken({ iss: 'https://platform.test', aud: ['a', 1, 'x'.repeat(9_999)] }), watched);
    await bearer(world.internalToken({ aud: 'x' }), watched);
    await bearer(world.internalToken(), watched);
    expect(refusals).toEqual([
      {
        reason: 'The access token is from another issuer.',
        expected: { iss: [INTERNAL], aud: [INTERNAL] },
        found: { iss: 'https://platform.test', aud: ['a', 'number', 'x'.repeat(200)], alg: 'HS512', kid: 'undefined' },
      },
      {
        reason: 'The access token is for another audience.',
        expected: { iss: [INTERNAL], aud: [INTERNAL] },
        found: { iss: INTERNAL, aud: 'x', alg: 'HS512', kid: 'undefined' },
      },
    ]);
  });

  test('keys that cannot be had', async () => {
    await world.keyServer.stop();
    expect(await bearer(world.auth0Token())).toMatchObject({ ok: false, kind: 'keys-unavailable', retryAfter: 1 });
    expect(await bearer(world.internalToken()), 'the internal issuer needs none').toMatchObject({ ok: true });
    await world.keyServer.start();
  });

  test('the AUTH0 issuer is off', async () => {
    const { auth0: _, ...config } = world.config;
    const off = createVerifyToken(config, undefined, world.clock);
    expect(await bearer(world.auth0Token(), off)).toMatchObject({ ok: false, kind: 'unauthenticated' });
  });
});

describe('IGNORE_JWT_VALIDATION', () => {
  const believing = () => verifier({ ...world.config, ignoreValidation: true });

  test.each<[string, (world: TokenWorld) => string]>([
    ['forged', (w) => compact({ alg: 'HS512' }, w.internalClaims(), hmac('mine'))],
    ['unsigned', (w) => compact({ alg: 'none' }, w.internalClaims(), () => Buffer.of())],
    ['expired', (w) => w.internalToken({ exp: 1 })],
    ['of another issuer, read as the internal one', (w) => w.internalToken({ iss: 'other' })],
    ['of the AUTH0 issuer', (w) => w.auth0Token()],
  ])('believes a token that is %s', async (_name, make) => {
    expect(await bearer(make(world), believing())).toMatchObject({
      ok: true,
      principal: { trusted: true, claims: { patient_id: 'patient-1' } },
    });
  });

  test.each([
    undefined,
    'Bearer nonsense',
    'Bearer a.b.c',
    'Basic eDp5',
    'Bearer e30.e30., Bearer e30.e30.',
    'Bearer e30.e30',
    'Bearer e30.e30..',
    'Bearer e30.W10.', // the payload is []
    'Bearer W10.e30.',
    'Bearer e30.bnVsbA.', // null
  ])('refuses what cannot be decoded: %j', async (authorization) => {
    expect(await believing()(authorization)).toMatchObject({ ok: false, kind: 'unauthenticated' });
  });

  test('takes a token that says nothing as naming no one', async () => {
    expect(await bearer('e30.e30.', believing())).toMatchObject({ ok: true, principal: { claims: {} } });
  });
});
