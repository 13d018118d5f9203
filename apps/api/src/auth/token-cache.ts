import type { AuthClock } from './auth-clock.js';
import type { Principal } from './principal.js';
import type { SignatureScheme } from './signature-scheme.js';

/** A verified token. */
export interface Verified {
  readonly ok: true;
  readonly principal: Principal;
}

/** The bounds of a token's validity. */
export interface Validity {
  /** Milliseconds since 1970; the token is valid strictly before. */
  readonly expiresAt: number;
  /** Milliseconds since 1970; the token is valid from then on. */
  readonly notBefore: number;
}

interface Entry extends Validity {
  readonly verified: Verified;
  readonly signatures: SignatureScheme;
  readonly keyGeneration: number;
  readonly forgetAt: number;
}

const LIFETIME = 60_000;
const MAXIMUM_TOKENS = 10_000;
/** Characters of tokens; each entry counts with everything else it holds. */
const MAXIMUM_SIZE = 16_000_000;
const ENTRY_OVERHEAD = 1_000;

/**
 * Remembers verified tokens, because checking a signature costs many times a look-up. The key is the whole credential,
 * never a hash or a part of it, so it cannot match another user's token. An entry is valid for 60 s at most and never after
 * `exp`, before `nbf`, or once the issuer's keys have changed. The monotonic clock measures the 60 s; `exp` and `nbf` are
 * compared with the wall clock at every use, so that no jump of that clock prolongs a token.
 *
 * Bounded in number and size: when half of it is full of new tokens, the older half is forgotten at once. Most tokens are
 * used once, and keeping them in the order of their use costs as much as a tenth of their check.
 */
export class TokenCache {
  #newer = new Map<string, Entry>();
  #older = new Map<string, Entry>();
  /** The size of everything added to the newer half. */
  #size = 0;
  readonly #clock: AuthClock;

  constructor(clock: AuthClock) {
    this.#clock = clock;
  }

  get(credential: string): Verified | undefined {
    const entry = this.#newer.get(credential) ?? this.#older.get(credential);
    if (entry === undefined) return undefined;
    const now = this.#clock.wall();
    const good =
      now < entry.expiresAt &&
      now >= entry.notBefore &&
      this.#clock.monotonic() < entry.forgetAt &&
      entry.keyGeneration === entry.signatures.keyGeneration();
    if (good) return entry.verified;
    this.#newer.delete(credential);
    this.#older.delete(credential);
    return undefined;
  }

  /** @param keyGeneration of the keys that the signature was checked with, so that a key dropped in the meantime counts as dropped */
  set(
    credential: string,
    verified: Verified,
    { expiresAt, notBefore }: Validity,
    signatures: SignatureScheme,
    keyGeneration: number,
  ): void {
    const forgetAt = this.#clock.monotonic() + LIFETIME;
    const size = credential.length + ENTRY_OVERHEAD;
    if (this.#newer.size >= MAXIMUM_TOKENS / 2 || this.#size + size > MAXIMUM_SIZE / 2) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#size = 0;
    }
    this.#size += size;
    this.#newer.set(credential, { verified, expiresAt, notBefore, signatures, keyGeneration, forgetAt });
  }
}
