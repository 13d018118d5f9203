const etags = new WeakMap<object, string>();

/** Remembers the ETag of a received record. */
export function rememberEtag(record: object, etag: string): void {
  etags.set(record, etag);
}

/**
 * Returns the ETag of a record, for an update that must not overwrite another client's change.
 *
 * @param record the object that a method of the client returned, not a copy; records of lists, searches and summaries have
 *   no ETag
 */
export function etagOf(record: object): string | undefined {
  return etags.get(record);
}
