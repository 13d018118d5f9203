/** An earlier state of a record. */
export interface Revision<Owned> {
  readonly at: string;
  readonly by: string;
  readonly changes: readonly { readonly field: string; readonly from?: unknown; readonly to?: unknown }[];
  readonly record: Owned;
}

/** A record with all of its known states. */
export interface Known<Owned> {
  readonly record: Owned;
  /** Newest first; empty where the record never changed. */
  readonly revisions: readonly Revision<Owned>[];
  /** False if it changed before revisions were kept, or so often that only the last states were read. */
  readonly complete: boolean;
}

/** A page of a person's records. */
export interface Listed<Owned> {
  /** Of all pages. */
  readonly total: number;
  /** Latest first. */
  readonly records: readonly Known<Owned>[];
  /** `next_page_token` of this page. */
  readonly next: string | null;
}

interface Calls<Owned> {
  readonly list: (
    token?: string,
  ) => Promise<{ readonly results: readonly Owned[]; readonly next_page_token: string | null }>;
  readonly revisions: (uuid: string) => Promise<{
    readonly results: readonly Revision<Owned>[];
    readonly next_page_token: string | null;
    readonly complete: boolean;
  }>;
}

/**
 * Returns a page of a person's records with their earlier states.
 *
 * @param first the summary's part of the list: the first page, and the total
 * @param page token of another page; null: the first
 */
export async function readListed<
  Owned extends { readonly uuid: string; readonly created: string; readonly modified: string },
>(
  first: { readonly total: number; readonly results: readonly Owned[] },
  page: string | null,
  { list, revisions }: Calls<Owned>,
): Promise<Listed<Owned>> {
  const isWhole = page === null && first.total <= first.results.length;
  const { results, next_page_token: next } = isWhole
    ? { ...first, next_page_token: null }
    : await list(page ?? undefined);
  const records = await Promise.all(
    results.map(async (record) => {
      if (record.modified === record.created) return { record, revisions: [], complete: true };
      const known = await revisions(record.uuid);
      return { record, revisions: known.results, complete: known.complete && known.next_page_token === null };
    }),
  );
  return { total: first.total, records, next };
}
