import { BROKEN_ENCODING, decodeAscii } from './percent-encoding.js';

const UNRESERVED_ENCODED = /%(?:2[dDeE]|3\d|4[1-9a-fA-F]|5[\daAfF]|6[1-9a-fA-F]|7[\daAeE])/g;

/**
 * Returns the path of a request's target as sent, for the router. Not the URL's: its parser resolves `.` and `..`, so an id `..`
 * would name another route. What RFC 3986 calls equivalent stays so: encoded letters, digits, `-`, `.`, `_` and `~` are
 * the same as plain ones. A path with broken encoding is left alone: `%%341` would become `%41`, and be decoded again
 * later.
 */
export function rawPath(target: string): string {
  const start = target.charCodeAt(0) === SLASH ? 0 : pathStart(target);
  let end = start;
  let encoded = false;
  for (; end < target.length; end++) {
    const code = target.charCodeAt(end);
    if (code === QUESTION_MARK || code === HASH) break;
    if (code === PERCENT) encoded = true;
  }
  const path = start === 0 && end === target.length ? target : target.slice(start, end);
  if (!encoded) return path || '/';
  return BROKEN_ENCODING.test(path) ? path : path.replace(UNRESERVED_ENCODED, decodeAscii);
}

const SLASH = 0x2f;
const QUESTION_MARK = 0x3f;
const HASH = 0x23;
const PERCENT = 0x25;

/** Returns the query string of a request target as sent, without its question mark. */
export function rawQuery(target: string): string {
  const start = target.indexOf('?');
  if (start < 0) return '';
  const end = target.indexOf('#', start);
  return target.slice(start + 1, end < 0 ? target.length : end);
}

/** Where the path of `http://host/path` begins: the absolute form of a request target, and every `Request.url`. */
function pathStart(target: string): number {
  const authority = target.indexOf('://');
  const start = authority < 0 ? -1 : target.slice(authority + 3).search(/[/?#]/);
  return start < 0 ? target.length : authority + 3 + start;
}

/** Whether a segment holds an encoded slash, which no id may: proxies disagree about its meaning. */
export function hasEncodedSlash(segment: string): boolean {
  return segment.includes('%') && /%2f/i.test(segment);
}
