import { hash } from 'node:crypto';

/**
 * The strong entity tag of a representation: a digest of the very bytes that are sent, so that it is the same whatever
 * operation, process or release of equal output made them. Half a SHA-256 is far more than chance can hit.
 */
export function etagOf(body: string | Uint8Array): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
}

/** What a request asks of the representation it is about (RFC 9110, section 13). */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** What comes of preconditions. */
export type Verdict = 'proceed' | 'failed' | 'not-modified';

/** Judges the preconditions of a request against a representation that exists. */
export function judge({ ifMatch, ifNoneMatch }: Preconditions, etag: string): Verdict {
  // A weak tag never satisfies If-Match; one that is malformed names nothing, so that nothing is changed by mistake.
  if (ifMatch !== undefined && !names(ifMatch, etag, false)) return 'failed';
  if (ifNoneMatch !== undefined && names(ifNoneMatch, etag, true)) return 'not-modified';
  return 'proceed';
}

const TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/gy;

function names(list: string, etag: string, weakly: boolean): boolean {
  const text = list.trim();
  if (text === etag || text === '*') return true;
  TAG.lastIndex = afterSeparator(text, 0);
  for (let match = TAG.exec(text); match !== null; match = TAG.exec(text)) {
    if (match[2] === etag && (weakly || match[1] === undefined)) return true;
    TAG.lastIndex = afterSeparator(text, TAG.lastIndex);
  }
  return false;
}

/** Lists may have empty elements and white space around the commas. */
function afterSeparator(text: string, index: number): number {
  let next = index;
  while (text[next] === ',' || text[next] === ' ' || text[next] === '\t') next++;
  return next;
}
