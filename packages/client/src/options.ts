/** The options of every call. */
export interface CallOptions {
  /** Ends the call, its attempts and its waiting; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The options of a call that creates a record. */
export interface CreateOptions extends CallOptions {
  /**
   * Makes the call safe to repeat for 24 hours, even after a restart of the program: store the key before the call.
   * 1 to 255 letters, digits and `-._~`. Default: a new key for each call, shared by its attempts.
   */
  readonly idempotencyKey?: string;
}

/** The options of a call that changes a record. */
export interface UpdateOptions extends CallOptions {
  /** Change the record only if it still has this ETag ({@link etagOf}); otherwise reject with status 412. */
  readonly etag?: string;
}
