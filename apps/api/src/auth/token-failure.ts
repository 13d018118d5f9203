/** Why a request's token was refused (401) or could not be checked (503). Nothing in it comes from the token. */
export type TokenFailure = Unauthenticated | KeysUnavailable;

/** No token, or none that is valid: 401. */
export interface Unauthenticated {
  readonly ok: false;
  readonly kind: 'unauthenticated';
  /** Fit to be shown to the caller. */
  readonly message: string;
  /** Value of the WWW-Authenticate header (RFC 6750, section 3). */
  readonly challenge: string;
}

/** The issuer's keys are unavailable, so the token cannot be checked: 503. */
export interface KeysUnavailable {
  readonly ok: false;
  readonly kind: 'keys-unavailable';
  readonly message: string;
  /** Whole seconds after which trying again makes sense; at least 1. */
  readonly retryAfter: number;
}

/** RFC 6750: a request without credentials receives the scheme and no error code. */
export const NO_TOKEN = unauthenticated('A bearer token is required.');
export const SEVERAL_TOKENS = unauthenticated('There must be one Authorization header.', 'invalid_request');
export const MALFORMED_TOKEN = unauthenticated('The access token is malformed.', 'invalid_token');
export const EXPIRED_TOKEN = unauthenticated('The access token has expired.', 'invalid_token');
export const PREMATURE_TOKEN = unauthenticated('The access token is not valid yet.', 'invalid_token');
export const INVALID_TOKEN = unauthenticated('The access token is not valid.', 'invalid_token');
// The texts below name the wrong claim, never the expected value: that is for the operator's log.
export const WRONG_ISSUER = unauthenticated('The access token is from another issuer.', 'invalid_token');
export const WRONG_AUDIENCE = unauthenticated('The access token is for another audience.', 'invalid_token');
export const WRONG_ALGORITHM = unauthenticated(
  'The access token uses an algorithm that is not accepted here.',
  'invalid_token',
);
export const UNKNOWN_KEY = unauthenticated('The access token names no key of its issuer.', 'invalid_token');
export const WRONG_SIGNATURE = unauthenticated('The signature of the access token is wrong.', 'invalid_token');
export const NO_EXPIRY = unauthenticated('The access token needs an expiry, and times as numbers.', 'invalid_token');

/** @param pause milliseconds until the key server is asked again */
export function keysUnavailable(pause: number): KeysUnavailable {
  return {
    ok: false,
    kind: 'keys-unavailable',
    message: 'The keys that the access token is checked with are not available. Try again later.',
    retryAfter: Math.max(1, Math.ceil(pause / 1000)),
  };
}

function unauthenticated(message: string, error?: 'invalid_request' | 'invalid_token'): Unauthenticated {
  const challenge = error === undefined ? 'Bearer' : `Bearer error="${error}", error_description="${message}"`;
  return { ok: false, kind: 'unauthenticated', message, challenge };
}
