/** The part of `fetch` that the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/**
 * A `fetch` that resolves once the whole answer has arrived. An answer that is cut off or late counts as lost, and the
 * request is retried. (`AbortSignal.timeout` and `any` are missing in React Native.)
 *
 * @param milliseconds for the whole attempt
 */
export function wholeAnswers(fetch: Fetch, milliseconds: number): typeof globalThis.fetch {
  return async (url, init = {}) => {
    // The platform would drop the segment and call another operation.
    if (hasDotSegment(String(url))) throw new Error('An id of "." or ".." cannot be part of a URL (WHATWG URL, 4.4).');
    const { signal } = init;
    const attempt = new AbortController();
    const abort = () => attempt.abort(signal?.reason);
    const timer = setTimeout(() => attempt.abort(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
    signal?.addEventListener('abort', abort);
    try {
      const response = await fetch(String(url), { ...init, signal: attempt.signal });
      const text = await response.text();
      const { status, statusText, headers } = response;
      return new Response(WITHOUT_BODY.includes(status) ? null : text, { status, statusText, headers });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  };
}

/** Whether a path has a segment that every URL parser removes. Slashes of ids are encoded, and so are not separators. */
export function hasDotSegment(url: string): boolean {
  return /\/\.{1,2}(?:[/?#]|$)/.test(url);
}
