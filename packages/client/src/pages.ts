/** A page of a list, as the API answers it. */
export interface Page<Item> {
  readonly results: readonly Item[];
  /** Continues after these results; null at the end of the list. Does not expire. */
  readonly next_page_token: string | null;
  /** Everything stored by this moment is in the page (RFC 3339, UTC). */
  readonly as_of: string;
}

/** The type of a page's results. */
type ItemOf<OnePage> = OnePage extends Page<infer Item> ? Item : never;

/** A list: read all of it by `for await`, or one page at a time. Nothing is requested until then. */
export class Pages<OnePage extends Page<unknown>> implements AsyncIterable<ItemOf<OnePage>> {
  readonly #read: (token: string | undefined) => Promise<OnePage>;

  constructor(read: (token: string | undefined) => Promise<OnePage>) {
    this.#read = read;
  }

  /**
   * Reads one page.
   *
   * @param token `next_page_token` of an earlier page; the first page when absent
   * @throws TelemetryError
   */
  page(token?: string): Promise<OnePage> {
    return this.#read(token);
  }

  /** Yields every result, page by page; the next page is read once this one is consumed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ItemOf<OnePage>, void, undefined> {
    let page = await this.page();
    while (true) {
      yield* page.results as readonly ItemOf<OnePage>[];
      if (page.next_page_token === null) return;
      page = await this.page(page.next_page_token);
    }
  }
}
