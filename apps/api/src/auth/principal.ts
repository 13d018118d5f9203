/** The claims of the metadata that name somebody, in the order in which they are asked who acts. */
export const ACTOR_CLAIMS = ['patient_id', 'device_id', 'clinician_id', 'system_id'] as const;

export type ActorClaim = (typeof ACTOR_CLAIMS)[number];

/** The ids that a token names: one, or several of a kind. A claim that is neither a string nor a list of strings names nobody. */
export type Claims = Readonly<Partial<Record<ActorClaim, string | readonly string[]>>>;

/** Who a request comes from, according to its token. */
export interface Principal {
  readonly scopes: ReadonlySet<string>;
  readonly claims: Claims;
  /** Whether scope and owner are believed without a check: IGNORE_JWT_VALIDATION is on. */
  readonly trusted: boolean;
}

/** Reads what counts of a token's metadata. Metadata that is no object, and every key that names nobody, are ignored. */
export function readClaims(metadata: unknown): Claims {
  const claims: Partial<Record<ActorClaim, string | readonly string[]>> = Object.create(null);
  if (typeof metadata !== 'object' || metadata === null) return claims;
  for (const name of ACTOR_CLAIMS) {
    // Own properties only: whatever a prototype holds, no token said it.
    const value: unknown = Object.getOwnPropertyDescriptor(metadata, name)?.value;
    if (value === undefined || value === null) continue;
    // Kept as an empty list: a token whose patient_id is, say, a number is still a patient's.
    claims[name] = typeof value === 'string' || isListOfStrings(value) ? value : [];
  }
  return claims;
}

/** Reads scopes from one string, split at U+0020 only; any other type is no scope. */
export function readScopes(value: unknown): ReadonlySet<string> {
  if (typeof value !== 'string') return new Set();
  return new Set(value.split(' ').filter((scope) => scope !== ''));
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

/** The caller of an operation that needs no token. */
export const NOBODY: Principal = { scopes: new Set(), claims: {}, trusted: false };
