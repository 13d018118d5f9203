import {
  type CompactJWSHeaderParameters,
  type CryptoKey,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FlattenedJWSInput,
} from 'jose';
import type { AuthClock } from './auth-clock.js';
import { createBoundedFetch } from './fetch-bounded.js';

/** A key, and the generation of the key set that held it. */
export interface FoundKey {
  readonly key: CryptoKey;
  readonly generation: number;
}

/** Finds the key of a token by its header. Rejects if there is none. */
export type FindKey = (header: CompactJWSHeaderParameters, token: FlattenedJWSInput) => Promise<FoundKey>;

/** After a successful fetch, an unknown key starts another one no sooner than this. */
const COOL_DOWN = 10_000;
/** Fetched keys are fetched again after this, so that a key withdrawn by the issuer is dropped. */
const MAXIMUM_AGE = 600_000;
/** After a failed fetch, the next one waits this long, and twice as long after each further failure. */
const FIRST_BACK_OFF = 1_000;
const LONGEST_BACK_OFF = 30_000;
/** A request that waits for the keys is answered within 5 s, like any other. */
const TIMEOUT = 4_000;

/** The key that a token names is not cached, and the issuer's key server does not answer properly. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
  /** Milliseconds until the next request to the key server. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super('the key server is not available');
    this.retryAfter = retryAfter;
  }
}

/** An operator's view of the key server. Nothing in it is secret. */
export type JwksEvent =
  | { readonly event: 'fetched'; readonly keys: number; readonly changed: boolean }
  | { readonly event: 'failed'; readonly err: unknown; readonly retryAfter: number };

/** The published keys of an issuer. */
export interface RemoteKeys {
  /** Finds the key for a token. Throws KeysUnavailableError, or an error of jose if there is no such key. */
  readonly find: FindKey;
  /** Grows whenever the keys change: anything verified under another number must be verified again. */
  readonly generation: () => number;
}

/**
 * Keeps the keys of a JWKS address. It fetches them on first need, one fetch at a time for all callers, and again for
 * an unknown key (at most once per cool-down) or when they are old. Fetched keys keep working while the key server is
 * down. jose chooses the key by `kid`, `alg`, `use`, `key_ops` and curve; this class decides when to fetch, because jose
 * does not pause after failures and stops using old keys when it cannot renew them.
 */
export function remoteKeys(
  url: URL,
  clock: AuthClock,
  notify: (event: JwksEvent) => void = () => {},
  proxy?: URL,
): RemoteKeys {
  const keySet = createRemoteJWKSet(url, {
    [customFetch]: createBoundedFetch(proxy),
    timeoutDuration: TIMEOUT,
    // It never fetches by itself once it has keys.
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY,
  });
  let keys: string | undefined;
  let generation = 0;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let nextFetchAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<boolean> | undefined;

  async function fetchKeys(): Promise<boolean> {
    try {
      await keySet.reload();
      fetchedAt = clock.monotonic();
      failures = 0;
      nextFetchAt = fetchedAt + COOL_DOWN;
      const set = keySet.jwks();
      const fetched = JSON.stringify(set);
      const changed = fetched !== keys;
      if (changed) generation++;
      keys = fetched;
      notify({ event: 'fetched', keys: set?.keys.length ?? 0, changed });
      return true;
    } catch (err) {
      const pause = Math.min(FIRST_BACK_OFF * 2 ** failures, LONGEST_BACK_OFF);
      failures++;
      nextFetchAt = clock.monotonic() + pause;
      notify({ event: 'failed', err, retryAfter: pause });
      return false;
    } finally {
      fetching = undefined;
    }
  }

  /** Whether this renewed the keys: false if it is too early to fetch again, or if fetching failed. */
  function refresh(): Promise<boolean> {
    if (fetching === undefined) {
      if (clock.monotonic() < nextFetchAt) return Promise.resolve(false);
      fetching = fetchKeys();
    }
    return fetching;
  }

  function unavailable(): KeysUnavailableError {
    return new KeysUnavailableError(Math.max(nextFetchAt - clock.monotonic(), 0));
  }

  async function find(...token: Parameters<FindKey>): Promise<FoundKey> {
    if (keys === undefined) {
      if (!(await refresh())) throw unavailable();
    } else if (clock.monotonic() - fetchedAt > MAXIMUM_AGE) {
      const renewed = refresh();
      // Once the key server has failed, a token with a known key does not wait for it.
      if (failures === 0) await renewed;
    }
    try {
      return await choose(...token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (await refresh()) return choose(...token);
      throw failures > 0 ? unavailable() : error;
    }
  }

  async function choose(...token: Parameters<FindKey>): Promise<FoundKey> {
    // Read first: jose chooses from the keys it has at the moment of the call.
    const chosenFrom = generation;
    return { key: await keySet(...token), generation: chosenFrom };
  }

  return { find, generation: () => generation };
}
