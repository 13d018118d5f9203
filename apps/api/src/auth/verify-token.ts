import { type CompactVerifyGetKey, compactVerify, errors } from 'jose';
import type { TokenConfig } from '../config/config.js';
import { type AuthClock, systemAuthClock } from './auth-clock.js';
import { type CompactToken, parseCompactToken } from './compact-token.js';
import { type Issuer, issuersOf } from './issuers.js';
import { KeysUnavailableError, type RemoteKeys } from './jwks.js';
import { type Principal, readClaims, readScopes } from './principal.js';
import { describeRefusal, type Refusal } from './refusal.js';
import { TokenCache, type Validity, type Verified } from './token-cache.js';
import {
  EXPIRED_TOKEN,
  INVALID_TOKEN,
  keysUnavailable,
  MALFORMED_TOKEN,
  NO_EXPIRY,
  NO_TOKEN,
  PREMATURE_TOKEN,
  SEVERAL_TOKENS,
  type TokenFailure,
  UNKNOWN_KEY,
  WRONG_ALGORITHM,
  WRONG_AUDIENCE,
  WRONG_ISSUER,
  WRONG_SIGNATURE,
} from './token-failure.js';

/**
 * Identifies who a request comes from.
 *
 * @param authorization the Authorization header as received; several arrive joined by a comma, which no token has
 * @returns at once for a recently verified credential, otherwise a promise, so that the usual request never waits
 */
export type VerifyToken = (authorization: string | undefined) => TokenResult | Promise<TokenResult>;

export type TokenResult = Verified | TokenFailure;

/** The scheme in any case, spaces, and one token without any. */
const BEARER = /^bearer +([^\s,]+)$/i;
const ANY_BEARER = /^bearer(?:\s|$)/i;
/** Headers that were joined, at least one of them with a bearer token. */
const SEVERAL = /^bearer\s[^,]*,|,\s*bearer\s/i;

/**
 * Returns the verifier for a configuration. Without keys of the AUTH0 issuer, that issuer is off.
 *
 * @param onRefusal called for each well-formed token that is refused
 */
export function createVerifyToken(
  config: TokenConfig,
  auth0Keys: RemoteKeys | undefined,
  clock: AuthClock = systemAuthClock,
  onRefusal?: (refusal: Refusal) => void,
): VerifyToken {
  const issuers = issuersOf(config, auth0Keys);
  const cache = new TokenCache(clock);

  async function verify(credential: string, token: CompactToken): Promise<TokenResult> {
    const issuer = issuerOf(token);
    const result = issuer === undefined ? WRONG_ISSUER : await verifyBy(issuer, credential, token);
    if (!result.ok)
      onRefusal?.(describeRefusal(result, token, issuer === undefined ? [...issuers.values()] : [issuer]));
    return result;
  }

  async function verifyBy(issuer: Issuer, credential: string, token: CompactToken): Promise<TokenResult> {
    const { header, payload } = token;
    if (!isPlainJws(token)) return INVALID_TOKEN;
    if (!issuer.algorithms.some((algorithm) => algorithm === header['alg'])) return WRONG_ALGORITHM;
    if (issuer.needsKeyId && typeof header['kid'] !== 'string') return UNKNOWN_KEY;
    try {
      const keyGeneration = await verifySignature(token.text, issuer);
      const now = clock.wall();
      const validity = validityOf(payload);
      if (!isMeantFor(issuer.audience, payload['aud'])) return WRONG_AUDIENCE;
      if (validity === undefined) return NO_EXPIRY;
      if (now >= validity.expiresAt) return EXPIRED_TOKEN;
      if (now < validity.notBefore) return PREMATURE_TOKEN;
      const verified: Verified = { ok: true, principal: principalOf(payload, issuer, false) };
      cache.set(credential, verified, validity, issuer, keyGeneration);
      return verified;
    } catch (error) {
      return failureOf(error);
    }
  }

  function issuerOf({ payload }: CompactToken): Issuer | undefined {
    return typeof payload['iss'] === 'string' ? issuers.get(payload['iss']) : undefined;
  }

  function believe(token: CompactToken): TokenResult {
    const issuer = issuerOf(token) ?? issuers.get(config.internal.issuer);
    return issuer === undefined ? INVALID_TOKEN : { ok: true, principal: principalOf(token.payload, issuer, true) };
  }

  return (credential) => {
    if (credential === undefined) return NO_TOKEN;
    const known = cache.get(credential);
    if (known !== undefined) return known;
    if (SEVERAL.test(credential)) return SEVERAL_TOKENS;
    if (!ANY_BEARER.test(credential)) return NO_TOKEN;
    const text = BEARER.exec(credential)?.[1];
    const token = text === undefined ? undefined : parseCompactToken(text);
    if (token === undefined) return MALFORMED_TOKEN;
    return config.ignoreValidation ? believe(token) : verify(credential, token);
  };
}

/** jose's own words about a token or a key stay here: the caller only learns which of these faults it was. */
function failureOf(error: unknown): TokenFailure {
  if (error instanceof KeysUnavailableError) return keysUnavailable(error.retryAfter);
  if (error instanceof errors.JWKSNoMatchingKey) return UNKNOWN_KEY;
  if (error instanceof errors.JWSSignatureVerificationFailed) return WRONG_SIGNATURE;
  return error instanceof errors.JWKSMultipleMatchingKeys ? WRONG_SIGNATURE : INVALID_TOKEN;
}

/** Extensions change what a signature covers and means; none is supported, not even `b64` of RFC 7797. */
function isPlainJws({ header }: CompactToken): boolean {
  return !Object.hasOwn(header, 'crit') && (!Object.hasOwn(header, 'b64') || header['b64'] === true);
}

/** @returns the generation of the keys that verified it; rejects if the signature is wrong */
async function verifySignature(text: string, issuer: Issuer): Promise<number> {
  const options = { algorithms: [...issuer.algorithms] };
  let keyGeneration = issuer.keyGeneration();
  const findKey: CompactVerifyGetKey = async (header, token) => {
    const { key, generation } = await issuer.findKey(header, token);
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

/** Returns when a token is valid; undefined if a time is malformed, or if it never expires. */
function validityOf({ exp, nbf, iat }: CompactToken['payload']): Validity | undefined {
  if (!isTime(exp) || !(iat === undefined || isTime(iat))) return undefined;
  if (nbf === undefined) return { expiresAt: exp * 1000, notBefore: Number.NEGATIVE_INFINITY };
  return isTime(nbf) ? { expiresAt: exp * 1000, notBefore: nbf * 1000 } : undefined;
}

/** Seconds since 1970, fractions allowed. (1e999 is a JSON number, too.) */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** `aud` is one string, or a list of strings that includes the right one. */
function isMeantFor(audience: string, aud: unknown): boolean {
  if (!Array.isArray(aud)) return aud === audience;
  return aud.includes(audience) && aud.every((one) => typeof one === 'string');
}

function principalOf(payload: Readonly<Record<string, unknown>>, issuer: Issuer, trusted: boolean): Principal {
  return {
    scopes: readScopes(own(payload, issuer.scopeClaim)),
    claims: readClaims(own(payload, issuer.metadataClaim)),
    trusted,
  };
}

function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
