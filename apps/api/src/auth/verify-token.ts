import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { TokenConfig } from '../config/config.js';
import { type AuthClock, systemAuthClock } from './auth-clock.js';
import { type CompactToken, parseCompactToken } from './compact-token.js';
import { type Issuer, issuersOf } from './issuers.js';
import { KeysUnavailableError, type RemoteKeys } from './jwks.js';
import { type Principal, readClaims, readScopes } from './principal.js';
import { TokenCache, type Validity, type Verified } from './token-cache.js';
import {
  EXPIRED_TOKEN,
  INVALID_TOKEN,
  keysUnavailable,
  MALFORMED_TOKEN,
  NO_TOKEN,
  PREMATURE_TOKEN,
  SEVERAL_TOKENS,
  type TokenFailure,
} from './token-failure.js';

/**
 * Finds out who a request comes from.
 *
 * @param authorization the values of every Authorization header of the request, as received
 * @returns at once for a credential that was verified lately, else a promise, so that the usual request waits for nothing
 */
export type VerifyToken = (authorization: readonly string[]) => TokenResult | Promise<TokenResult>;

export type TokenResult = Verified | TokenFailure;

/** The scheme in any case, spaces, and one token without any. */
const BEARER = /^bearer +([^\s,]+)$/i;
const ANY_BEARER = /^bearer(?:\s|$)/i;

/** Makes the verifier of a configuration. Without keys of the AUTH0 issuer, that issuer is off. */
export function createVerifyToken(
  config: TokenConfig,
  auth0Keys: RemoteKeys | undefined,
  clock: AuthClock = systemAuthClock,
): VerifyToken {
  const issuers = issuersOf(config, auth0Keys);
  const cache = new TokenCache(clock);

  async function verify(credential: string, token: CompactToken): Promise<TokenResult> {
    const issuer = issuerOf(token);
    if (issuer === undefined || !isPlainJws(token)) return INVALID_TOKEN;
    if (issuer.needsKeyId && typeof token.header['kid'] !== 'string') return INVALID_TOKEN;
    try {
      const now = clock.wall();
      const { payload, keyGeneration } = await verifySignature(token.text, issuer, new Date(now));
      const validity = validityOf(payload);
      if (validity === undefined || !isAudience(payload.aud)) return INVALID_TOKEN;
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

  return (authorization) => {
    const credential = authorization[0];
    if (credential === undefined) return NO_TOKEN;
    if (authorization.length > 1) return SEVERAL_TOKENS;
    const known = cache.get(credential);
    if (known !== undefined) return known;
    if (!ANY_BEARER.test(credential)) return NO_TOKEN;
    const text = BEARER.exec(credential)?.[1];
    const token = text === undefined ? undefined : parseCompactToken(text);
    if (token === undefined) return MALFORMED_TOKEN;
    return config.ignoreValidation ? believe(token) : verify(credential, token);
  };
}

/** Extensions change what a signature covers and means; none is understood here, `b64` of RFC 7797 included. */
function isPlainJws({ header }: CompactToken): boolean {
  return !Object.hasOwn(header, 'crit') && (!Object.hasOwn(header, 'b64') || header['b64'] === true);
}

async function verifySignature(text: string, issuer: Issuer, currentDate: Date) {
  const options: JWTVerifyOptions = {
    algorithms: [...issuer.algorithms],
    issuer: issuer.issuer,
    audience: issuer.audience,
    requiredClaims: ['iss', 'aud', 'exp'],
    currentDate,
  };
  let keyGeneration = issuer.keyGeneration();
  const findKey: JWTVerifyGetKey = async (header, token) => {
    const { key, generation } = await issuer.findKey(header, token);
    keyGeneration = generation;
    return key;
  };
  try {
    const { payload } = await jwtVerify(text, findKey, options);
    return { payload, keyGeneration };
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // The issuer published several keys under one `kid`: it is one of them.
    for await (const key of error) {
      const verified = await jwtVerify(text, key, options).catch(skipWrongSignature);
      if (verified !== undefined) return { payload: verified.payload, keyGeneration };
    }
    throw error;
  }
}

function skipWrongSignature(error: unknown): undefined {
  if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
}

/** The times of a token to the millisecond; jose compares whole seconds and lets numbers pass that are none. */
function validityOf({ exp, nbf, iat }: JWTPayload): Validity | undefined {
  if (!Number.isFinite(exp) || exp === undefined) return undefined;
  if (nbf !== undefined && !Number.isFinite(nbf)) return undefined;
  if (iat !== undefined && !Number.isFinite(iat)) return undefined;
  return { expiresAt: exp * 1000, notBefore: nbf === undefined ? Number.NEGATIVE_INFINITY : nbf * 1000 };
}

/** jose is content when one element is the right audience; the others must be strings all the same. */
function isAudience(aud: JWTPayload['aud']): boolean {
  return typeof aud === 'string' || (Array.isArray(aud) && aud.every((one) => typeof one === 'string'));
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

function failureOf(error: unknown): TokenFailure {
  if (error instanceof KeysUnavailableError) return keysUnavailable(Math.max(1, Math.ceil(error.retryAfter / 1000)));
  if (error instanceof errors.JWTExpired) return EXPIRED_TOKEN;
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf' && error.reason === 'check_failed') {
    return PREMATURE_TOKEN;
  }
  return INVALID_TOKEN;
}
