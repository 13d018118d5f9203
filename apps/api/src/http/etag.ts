import { hash } from 'node:crypto';

/**
 * Returns the strong entity tag of a representation: a digest of the exact bytes sent, so that equal output has equal tags
 * in every operation, process and release. Half a SHA-256 is enough to rule out a collision by chance.
 */
export function etagOf(body: string | Uint8Array): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
}

/** A request's preconditions on its representation (RFC 9110, section 13). */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** The outcome of preconditions. */
export type Verdict = 'proceed' | 'failed' | 'not-modified';

/** Evaluates the preconditions of a request against an existing representation. */
export function judge({ ifMatch, ifNoneMatch }: Preconditions, etag: string): Verdict {
  // A weak tag never satisfies If-Match; a malformed one matches nothing, so that nothing changes by mistake.
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
