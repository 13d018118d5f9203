import fc from 'fast-check';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { arbitraryToken } from '../../test/support/arbitrary-token.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { HS_KEY, INTERNAL } from '../../test/support/token-world.js';
import { type Claims, readClaims } from './principal.js';
import { sharedSecret } from './shared-secret.js';
import { createVerifyToken } from './verify-token.js';

/** RFC 4231, test case 2. */
const KNOWN = {
  secret: 'Jefe',
  signingInput: 'what do ya want for nothing?',
  signatures: {
    HS256: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    HS384: 'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    HS512:
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  },
};

describe('a shared secret', () => {
  const check = (alg: string, signature: Uint8Array, secret = KNOWN.secret) =>
    sharedSecret(secret).check({
      header: { alg },
      payload: {},
      signature: Buffer.from(signature).toString('base64url'),
      signingInput: KNOWN.signingInput,
      text: '',
    });

  it.each(Object.entries(KNOWN.signatures))('checks %s as RFC 4231 says', (alg, hex) => {
    const signature = Buffer.from(hex, 'hex');
    expect(check(alg, signature)).toBe(0);
    const wrong = { ok: false, message: 'The signature of the access token is wrong.' };
    for (const at of signature.keys()) {
      expect(check(alg, signature.with(at, (signature[at] ?? 0) ^ 1)), `byte ${at}`).toMatchObject(wrong);
    }
    expect(check(alg, signature.subarray(0, -1))).toMatchObject(wrong);
    expect(check(alg, Buffer.concat([signature, Buffer.of(0)]))).toMatchObject(wrong);
    expect(check(alg, Buffer.of())).toMatchObject(wrong);
    expect(check(alg, signature, 'jefe')).toMatchObject(wrong);
    for (const other of Object.keys(KNOWN.signatures).filter((name) => name !== alg)) {
      expect(check(other, signature), other).toMatchObject(wrong);
    }
  });

  it.each(['none', 'sha512', 'RS512', 'hs512', '__proto__', ''])('knows no %j', (alg) => {
    expect(check(alg, Buffer.of())).toMatchObject({
      message: 'The access token uses an algorithm that is not accepted here.',
    });
  });

  it('is never empty', () => {
    expect(() => sharedSecret('')).toThrow('The secret of the internal issuer is empty.');
  });
});

describe('a token of the internal issuer', () => {
  // jose compares times in whole seconds.
  const clock = new FakeClock(Date.UTC(2026, 5, 1, 12));
  const config = { internal: { issuer: INTERNAL, key: HS_KEY }, ignoreValidation: false };
  const verify = createVerifyToken(config, undefined, clock);

  /** The claims of a token that is taken, undefined for another. Never a promise. */
  function ours(token: string): Claims | undefined {
    const result = verify(`Bearer ${token}`);
    if (result instanceof Promise) throw new Error('not answered at once');
    return result.ok ? result.principal.claims : undefined;
  }

  async function joses(token: string): Promise<Claims | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(HS_KEY), {
        algorithms: ['HS256', 'HS384', 'HS512'],
        issuer: INTERNAL,
        audience: INTERNAL,
        requiredClaims: ['exp'],
        currentDate: new Date(clock.wall()),
      });
      return isStrict(token, protectedHeader, payload) ? readClaims(payload['metadata']) : undefined;
    } catch {
      return undefined;
    }
  }

  it('is taken when jose takes it, and refused when jose refuses it', async () => {
    const count = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryToken(clock.seconds()), async (token) => {
        const claims = ours(token);
        expect(claims).toEqual(await joses(token));
        count[claims === undefined ? 'refused' : 'taken']++;
      }),
      { numRuns: 4_000 },
    );
    expect(Math.min(count.taken, count.refused)).toBeGreaterThan(500);
  });
});

const CANONICAL = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

/** What the service wants beyond what jose does. It is written here a second time, and in another way. */
function isStrict(token: string, header: object, payload: { readonly [claim: string]: unknown }): boolean {
  const parts = token.split('.');
  const { b64 = true } = header as { readonly b64?: unknown };
  return (
    token.length <= 16_384 &&
    parts.every((part) => CANONICAL.test(part)) &&
    parts.every((part) => !part.startsWith(Buffer.from('\ufeff').toString('base64url'))) &&
    !('crit' in header) &&
    b64 === true &&
    ['exp', 'nbf', 'iat'].every((claim) => Math.abs(Number(payload[claim] ?? 0)) < Number.POSITIVE_INFINITY) &&
    [payload['aud']].flat().every((audience) => typeof audience === 'string')
  );
}
