import { decodeJwt } from 'jose';

/** Who is signed in. */
export interface Session {
  readonly token: string;
  readonly scopes: readonly string[];
  /** The person's id in the API; undefined if the token names none. */
  readonly who: string | undefined;
  /** In seconds since 1970. */
  readonly expiresAt: number;
}

/** The claims of an issuer's tokens. */
export interface ClaimNames {
  /** Holds the metadata object. */
  readonly metadata: string;
  /** Holds the scopes, separated by spaces. */
  readonly scope: string;
}

/**
 * Reads a token, so that pages offer only what it may see. It is not verified: the API does that on every call.
 *
 * @param issuers the accepted issuers, each with its claims
 * @returns undefined if the text is no token, or one that has expired
 */
export function sessionOf(token: string, issuers: readonly ClaimNames[], now: number): Session | undefined {
  const claims = claimsOf(token);
  const expiresAt = claims?.exp;
  if (claims === undefined || typeof expiresAt !== 'number' || expiresAt * 1000 <= now) return undefined;
  const names = issuers.find(({ scope }) => typeof claims[scope] === 'string');
  const metadata = names && claims[names.metadata];
  return {
    token,
    scopes: names ? String(claims[names.scope]).split(' ') : [],
    who: typeof metadata === 'object' && metadata !== null ? actorOf(metadata as Record<string, unknown>) : undefined,
    expiresAt,
  };
}

function claimsOf(token: string) {
  try {
    return decodeJwt<Record<string, unknown>>(token);
  } catch {
    return undefined;
  }
}

function actorOf(metadata: Readonly<Record<string, unknown>>): string | undefined {
  const claim = metadata['clinician_id'] ?? metadata['system_id'];
  const first = Array.isArray(claim) ? claim[0] : claim;
  return typeof first === 'string' && first !== '' ? first : undefined;
}
