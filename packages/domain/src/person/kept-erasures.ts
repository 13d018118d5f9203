import type { Instant } from '../values/instant.js';
import type { Erasure } from './erasure.js';

/** A key that makes the subjects of receipts, and when it was made. */
export interface ErasureKey {
  /** 64 hexadecimal digits, in lower case. */
  readonly key: string;
  /** When it was made. */
  readonly created: Instant;
}

/** A receipt as it is kept outside the store: without the one who erased. */
export type KeptReceipt = Omit<Erasure, 'by'>;

/** What is kept outside the store, to repeat the erasures of people whom a restored backup brings back. As secret as a backup. */
export interface KeptErasures {
  /** Oldest first. */
  readonly keys: readonly ErasureKey[];
  /** Oldest first. */
  readonly receipts: readonly KeptReceipt[];
}
