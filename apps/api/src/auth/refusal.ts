import type { CompactToken } from './compact-token.js';
import type { Issuer } from './issuers.js';
import type { TokenFailure } from './token-failure.js';

/** Why a token does not count, with the values an operator should compare: both ends usually believe that they agree. */
export interface Refusal {
  readonly reason: string;
  readonly expected: { readonly iss: readonly string[]; readonly aud: readonly string[] };
  /** From the token, unproven. */
  readonly found: { readonly iss: unknown; readonly aud: unknown; readonly alg: unknown; readonly kid: unknown };
}

/** @param issuers the issuers that may have issued the token */
export function describeRefusal(
  { message }: TokenFailure,
  { header, payload }: CompactToken,
  issuers: readonly Issuer[],
): Refusal {
  return {
    reason: message,
    expected: { iss: issuers.map(({ issuer }) => issuer), aud: issuers.map(({ audience }) => audience) },
    found: {
      iss: brief(payload['iss']),
      aud: brief(payload['aud']),
      alg: brief(header['alg']),
      kid: brief(header['kid']),
    },
  };
}

const LONGEST = 200;
const MOST = 5;

/** Anyone can send anything as a token: texts are truncated, other values appear as their type. */
function brief(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MOST).map((one) => (Array.isArray(one) ? 'list' : brief(one)));
  return typeof value === 'string' ? value.slice(0, LONGEST) : typeof value;
}
