import { LRUCache } from 'lru-cache';

/** The metadata claims that name someone, in the order in which they decide who acts. */
export const ACTOR_CLAIMS = ['patient_id', 'device_id', 'clinician_id', 'system_id'] as const;

export type ActorClaim = (typeof ACTOR_CLAIMS)[number];

/** The ids that a token names: one, or several of a kind. A claim that is neither a string nor a list of strings names no one. */
export type Claims = Readonly<Partial<Record<ActorClaim, string | readonly string[]>>>;

/** Who a request comes from, according to its token. */
export interface Principal {
  readonly scopes: ReadonlySet<string>;
  readonly claims: Claims;
  /** Whether scope and owner are trusted without a check: IGNORE_JWT_VALIDATION is on. */
  readonly trusted: boolean;
}

/** Reads the relevant part of a token's metadata. Ignores metadata that is not an object, and keys that name no one. */
export function readClaims(metadata: unknown): Claims {
  const claims: Partial<Record<ActorClaim, string | readonly string[]>> = Object.create(null);
  if (typeof metadata !== 'object' || metadata === null) return claims;
  for (const name of ACTOR_CLAIMS) {
    // Own properties only: what a prototype holds did not come from the token.
    const value = Object.hasOwn(metadata, name) ? metadata[name as keyof typeof metadata] : undefined;
    if (value === undefined || value === null) continue;
    // Kept as an empty list: a token with, say, a number as patient_id is still a patient's.
    claims[name] = typeof value === 'string' || isListOfStrings(value) ? value : [];
  }
  return claims;
}

const NO_SCOPES: ReadonlySet<string> = new Set();
/** Many tokens share few lists of scopes: a set for each token would be a fifth of the memory of the token cache. */
const recentScopes = new LRUCache<string, ReadonlySet<string>>({ max: 100 });

/** Reads scopes from one string, split at U+0020 only; any other type is no scope. */
export function readScopes(value: unknown): ReadonlySet<string> {
  if (typeof value !== 'string') return NO_SCOPES;
  let scopes = recentScopes.get(value);
  if (scopes === undefined) {
    scopes = new Set(value.split(' ').filter((scope) => scope !== ''));
    recentScopes.set(value, scopes);
  }
  return scopes;
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

/** The caller of an operation that needs no token. */
export const NOBODY: Principal = { scopes: new Set(), claims: {}, trusted: false };
