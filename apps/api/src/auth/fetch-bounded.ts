import type { FetchImplementation } from 'jose';
import { fetchThrough } from './fetch-through.js';

const MAXIMUM_BYTES = 1_048_576;

/** The key server answers, but not with keys. */
export class KeyServerError extends Error {
  override readonly name = 'KeyServerError';
}

/**
 * Returns a `fetch` that gives up on an answer longer than 1 MiB, counted after decompression, whatever Content-Length says. The
 * caller's signal bounds the time, and its `redirect: 'manual'` keeps it on the configured address.
 *
 * @param proxy the HTTP proxy to go through
 */
export function createBoundedFetch(proxy?: URL): FetchImplementation {
  const get = proxy === undefined ? fetch : fetchThrough(proxy);
  return async (url, options) => bounded(await get(url, options));
}

async function bounded(response: Response): Promise<Response> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new KeyServerError(`the key server answered with status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    // Leaving the loop cancels the rest of the transfer.
    if (length > MAXIMUM_BYTES)
      throw new KeyServerError(`the key server's answer is longer than ${MAXIMUM_BYTES} bytes`);
    chunks.push(chunk);
  }
  const date = response.headers.get('date');
  return new Response(Buffer.concat(chunks), date === null ? {} : { headers: { date } });
}
