/** What every call takes. */
export interface CallOptions {
  /** Ends the call, its attempts and its waiting; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a call takes that makes a record. */
export interface CreateOptions extends CallOptions {
  /**
   * Makes the call safe to repeat for 24 hours, across restarts of the program too: keep the key before you call.
   * 1 to 255 letters, digits and `-._~`. Default: a new one for each call, which its own attempts share.
   */
  readonly idempotencyKey?: string;
}

/** What a call takes that changes a record. */
export interface UpdateOptions extends CallOptions {
  /** Change the record only if it still has this ETag ({@link etagOf}), else reject with status 412. */
  readonly etag?: string;
}
