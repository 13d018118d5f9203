import { z } from 'zod';
import { createBoundedFetch, KeyServerError } from '../../auth/fetch-bounded.js';

/** What a key server answers. */
export interface KeyServerVitals {
  /** Why there are no keys, in one line; undefined where there are. */
  readonly trouble?: string;
  /** Published keys that can check signatures. */
  readonly usable: number;
  /** How far its clock is ahead of this machine's, in milliseconds; it says whole seconds. */
  readonly ahead?: number;
}

const TIMEOUT = 1_500;

/** A key without a use may check signatures too. */
const keySet = z.object({ keys: z.array(z.object({ kty: z.string(), use: z.string().default('sig') })) });
const KINDS = new Set(['RSA', 'EC']);

/** Fetches published keys once, as the service does. */
export async function examineKeyServer(url: URL, proxy: URL | undefined): Promise<KeyServerVitals> {
  try {
    const answer = await createBoundedFetch(proxy)(url.href, {
      headers: new Headers({ accept: 'application/json' }),
      method: 'GET',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const date = Date.parse(answer.headers.get('date') ?? '');
    const clock = Number.isNaN(date) ? {} : { ahead: date + 500 - Date.now() };
    const read = keySet.safeParse(await answer.json().catch(() => undefined));
    if (!read.success) return { usable: 0, trouble: 'its answer is no set of keys (RFC 7517)', ...clock };
    return { usable: read.data.keys.filter(({ kty, use }) => KINDS.has(kty) && use === 'sig').length, ...clock };
  } catch (error) {
    return { usable: 0, trouble: reasonOf(error) };
  }
}

/** Goes by codes: messages may hold addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof KeyServerError) return error.message;
  if (error instanceof Error && error.name === 'TimeoutError') return `it does not answer within ${TIMEOUT / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `no connection${code}`;
}
