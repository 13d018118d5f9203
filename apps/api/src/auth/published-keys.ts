import { type CompactVerifyGetKey, compactVerify, errors } from 'jose';
import { KeysUnavailableError, type RemoteKeys } from './jwks.js';
import type { SignatureScheme } from './signature-scheme.js';
import { INVALID_TOKEN, keysUnavailable, type TokenFailure, UNKNOWN_KEY, WRONG_SIGNATURE } from './token-failure.js';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'];

/** Signatures by keys that the issuer publishes. jose chooses the key and checks. */
export function publishedKeys(keys: RemoteKeys): SignatureScheme {
  return {
    algorithms: ALGORITHMS,
    needsKeyId: true,
    check: ({ text }) => verifySignature(text, keys).catch(failureOf),
    keyGeneration: keys.generation,
  };
}

/** @returns the generation of the keys that verified it; rejects if the signature is wrong */
async function verifySignature(text: string, keys: RemoteKeys): Promise<number> {
  const options = { algorithms: ALGORITHMS };
  let keyGeneration = keys.generation();
  const findKey: CompactVerifyGetKey = async (header, token) => {
    const { key, generation } = await keys.find(header, token);
    keyGeneration = generation;
    return key;
  };
  try {
    await compactVerify(text, findKey, options);
    return keyGeneration;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // The issuer published several keys under one `kid`: try them all.
    for await (const key of error) {
      const verified = await compactVerify(text, key, options).catch(() => undefined);
      if (verified !== undefined) return keyGeneration;
    }
    throw error;
  }
}

/** jose's own words about a token or a key stay here: the caller only learns which of these faults it was. */
function failureOf(error: unknown): TokenFailure {
  if (error instanceof KeysUnavailableError) return keysUnavailable(error.retryAfter);
  if (error instanceof errors.JWKSNoMatchingKey) return UNKNOWN_KEY;
  if (error instanceof errors.JWSSignatureVerificationFailed) return WRONG_SIGNATURE;
  return error instanceof errors.JWKSMultipleMatchingKeys ? WRONG_SIGNATURE : INVALID_TOKEN;
}
