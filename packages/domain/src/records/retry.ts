import type { Branded } from '../values/branded.js';
import { Fault } from '../values/fault.js';
import type { Instant } from '../values/instant.js';

/** How long a retry key is remembered, in seconds (24 hours), counted between the two records' `created`. */
export const RETRY_WINDOW_SECONDS = 24 * 60 * 60;

/** Whether a retry key is still remembered when a record is `created`, after its first use for one created at `first`. */
export function isRetryKeyRemembered(first: Instant, created: Instant): boolean {
  const seconds = created.epochSeconds - first.epochSeconds;
  return (
    seconds < RETRY_WINDOW_SECONDS || (seconds === RETRY_WINDOW_SECONDS && created.microsecond < first.microsecond)
  );
}

/** A client's name for a request that it may repeat safely: 1 to 255 printable ASCII characters. */
export type RetryKey = Branded<string, 'RetryKey'>;

/** Makes an addition safe to repeat. A key counts for one owner and one kind of record. */
export interface Retry {
  readonly key: RetryKey;
  /** Same request, same fingerprint: any text that distinguishes requests, for example a digest of the body. */
  readonly fingerprint: string;
  /**
   * Any text that distinguishes what requests say, however they spell it: for example a digest of the values in the body,
   * whatever the order of its members. Two requests are the same if either fingerprint is equal.
   */
  readonly valuesFingerprint?: string | undefined;
}

/** Whether two requests under one retry key are the same: one of their fingerprints is equal. */
export function isSameRequest(first: Retry, other: Retry): boolean {
  if (first.fingerprint === other.fingerprint) return true;
  return first.valuesFingerprint !== undefined && first.valuesFingerprint === other.valuesFingerprint;
}

const KEY = new Fault('retry_key', 'must be 1 to 255 printable ASCII characters');

/** Reads a retry key. Returns it, or the fault `retry_key`. */
export function parseRetryKey(raw: unknown): RetryKey | Fault {
  return typeof raw === 'string' && /^[\x20-\x7e]{1,255}$/.test(raw) ? (raw as RetryKey) : KEY;
}
