import type { TokenConfig } from '../config/config.js';
import { type AuthClock, systemAuthClock } from './auth-clock.js';
import { type CompactToken, parseCompactToken } from './compact-token.js';
import { type Issuer, issuersOf } from './issuers.js';
import type { RemoteKeys } from './jwks.js';
import { type Principal, readClaims, readScopes } from './principal.js';
import { describeRefusal, type Refusal } from './refusal.js';
import type { SignatureCheck, SignatureScheme } from './signature-scheme.js';
import { TokenCache, type Validity, type Verified } from './token-cache.js';
import {
  EXPIRED_TOKEN,
  INVALID_TOKEN,
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
} from './token-failure.js';

/**
 * Identifies who a request comes from.
 *
 * @param authorization the Authorization header as received; several arrive joined by a comma, which no token has
 * @returns a promise only where keys may have to be fetched: never for the internal issuer or a recently verified credential
 */
export type VerifyToken = (authorization: string | undefined) => TokenResult | Promise<TokenResult>;

export type TokenResult = Verified | TokenFailure;

/** The scheme in any case, and spaces. No token has any, or a comma, so the rest is one token or none. */
const BEARER = /^bearer +/i;
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

  function verify(credential: string, token: CompactToken): TokenResult | Promise<TokenResult> {
    const issuer = issuerOf(token);
    const result = issuer === undefined ? WRONG_ISSUER : verifyBy(issuer, credential, token);
    const noted = (settled: TokenResult): TokenResult => {
      if (!settled.ok)
        onRefusal?.(describeRefusal(settled, token, issuer === undefined ? [...issuers.values()] : [issuer]));
      return settled;
    };
    return result instanceof Promise ? result.then(noted) : noted(result);
  }

  function verifyBy(issuer: Issuer, credential: string, token: CompactToken): TokenResult | Promise<TokenResult> {
    const signature = headerFault(token, issuer.signatures) ?? issuer.signatures.check(token);
    return signature instanceof Promise
      ? signature.then((checked) => judge(issuer, credential, token, checked))
      : judge(issuer, credential, token, signature);
  }

  function judge(
    issuer: Issuer,
    credential: string,
    { payload }: CompactToken,
    signature: SignatureCheck,
  ): TokenResult {
    if (typeof signature !== 'number') return signature;
    if (!isMeantFor(issuer.audience, payload['aud'])) return WRONG_AUDIENCE;
    const validity = validityOf(payload);
    if (validity === undefined) return NO_EXPIRY;
    const now = clock.wall();
    if (now >= validity.expiresAt) return EXPIRED_TOKEN;
    if (now < validity.notBefore) return PREMATURE_TOKEN;
    const verified: Verified = { ok: true, principal: principalOf(payload, issuer, false) };
    cache.set(credential, verified, validity, issuer.signatures, signature);
    return verified;
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
    const scheme = BEARER.exec(credential)?.[0] ?? '';
    const token = scheme === '' ? undefined : parseCompactToken(credential.slice(scheme.length));
    if (token === undefined) return noToken(credential);
    return config.ignoreValidation ? believe(token) : verify(credential, token);
  };
}

/** Why a credential is not the scheme and one token. */
function noToken(credential: string): TokenFailure {
  if (SEVERAL.test(credential)) return SEVERAL_TOKENS;
  return ANY_BEARER.test(credential) ? MALFORMED_TOKEN : NO_TOKEN;
}

/** Checks a token's header before any key is looked up. */
function headerFault({ header }: CompactToken, { algorithms, needsKeyId }: SignatureScheme): TokenFailure | undefined {
  if (!isPlainJws(header)) return INVALID_TOKEN;
  if (!algorithms.some((algorithm) => algorithm === header['alg'])) return WRONG_ALGORITHM;
  return needsKeyId && typeof header['kid'] !== 'string' ? UNKNOWN_KEY : undefined;
}

/** Extensions change what a signature covers and means; none is supported, not even `b64` of RFC 7797. */
function isPlainJws(header: CompactToken['header']): boolean {
  return !Object.hasOwn(header, 'crit') && (!Object.hasOwn(header, 'b64') || header['b64'] === true);
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
