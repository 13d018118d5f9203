import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { SignatureScheme } from './signature-scheme.js';
import { WRONG_ALGORITHM, WRONG_SIGNATURE } from './token-failure.js';

/** The hashes of RFC 7518, section 3.2. */
const HASHES: ReadonlyMap<unknown, string> = new Map([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
]);

/** The secret does not change while the process runs. */
const GENERATION = 0;

/**
 * Signatures by a secret that the issuer shares with the service. They are checked at once: jose hands each token to
 * another thread, which takes several times as long as the hash.
 */
export function sharedSecret(secret: string): SignatureScheme {
  // Anyone can sign with an empty one.
  if (secret === '') throw new Error('The secret of the internal issuer is empty.');
  const key = createSecretKey(secret, 'utf8');
  return {
    algorithms: ['HS256', 'HS384', 'HS512'],
    needsKeyId: false,
    check: ({ header, signingInput, signature }) => {
      const hash = HASHES.get(header['alg']);
      if (hash === undefined) return WRONG_ALGORITHM;
      // Compared as text, which has one form for each signature: decoding would cost more.
      const expected = createHmac(hash, key).update(signingInput).digest('base64url');
      // timingSafeEqual throws where lengths differ; the right length is no secret.
      const isRight =
        signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
      return isRight ? GENERATION : WRONG_SIGNATURE;
    },
    keyGeneration: () => GENERATION,
  };
}
