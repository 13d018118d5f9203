import type { CompactToken } from './compact-token.js';
import type { TokenFailure } from './token-failure.js';

/** How an issuer signs, and what its signatures are checked with. */
export interface SignatureScheme {
  /** The only accepted algorithms (names of RFC 7518, section 3.1), whatever a token says. */
  readonly algorithms: readonly string[];
  /** Whether a token must name its key. */
  readonly needsKeyId: boolean;
  /**
   * Checks the signature of a token with one of the algorithms.
   *
   * @returns the generation of the keys that it was checked with, or why it does not count; at once where no key is fetched
   */
  readonly check: (token: CompactToken) => SignatureCheck | Promise<SignatureCheck>;
  /** Grows whenever the keys change: anything verified under another number must be verified again. */
  readonly keyGeneration: () => number;
}

export type SignatureCheck = number | TokenFailure;
