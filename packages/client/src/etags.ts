const etags = new WeakMap<object, string>();

/** Remembers the ETag that a record came with. */
export function rememberEtag(record: object, etag: string): void {
  etags.set(record, etag);
}

/**
 * Returns the ETag of a record, for an update that must not overwrite another client's change.
 *
 * @param record as a method of the client returned it, not a copy; records of lists, searches and summaries have none
 */
export function etagOf(record: object): string | undefined {
  return etags.get(record);
}
