import type { CompactJWSHeaderParameters, CryptoKey, FlattenedJWSInput } from 'jose';

/** A key, and the number of the key set that it was found in. */
export interface FoundKey {
  readonly key: CryptoKey;
  readonly generation: number;
}

/** Finds the key of a token by its header. Rejects when there is none. */
export type FindKey = (header: CompactJWSHeaderParameters, token: FlattenedJWSInput) => Promise<FoundKey>;
