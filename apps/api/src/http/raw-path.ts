import { isUtf8 } from 'node:buffer';
import type { NodeBindings } from './exchange.js';

const BROKEN_ENCODING = /%(?![\da-fA-F]{2})/;
const UNRESERVED_ENCODED = /%(?:2[dDeE]|3\d|4[1-9a-fA-F]|5[\daAfF]|6[1-9a-fA-F]|7[\daAeE])/g;

/**
 * The path that a request was sent with, for Hono's router. Not the URL's: its parser resolves `.` and `..`, so that
 * an id `..` would name another route. What RFC 3986 calls equivalent stays so: encoded letters, digits, `-`, `.`, `_`
 * and `~` are the same as plain ones. A path with broken encoding is left alone: `%%341` would become `%41`, and be
 * decoded again later.
 */
export function rawPath(request: Request, options?: { env?: NodeBindings }): string {
  const target = options?.env?.incoming?.url ?? request.url;
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

/** Where the path of `http://host/path` begins: the absolute form of a request target, and every `Request.url`. */
function pathStart(target: string): number {
  const authority = target.indexOf('://');
  const start = authority < 0 ? -1 : target.slice(authority + 3).search(/[/?#]/);
  return start < 0 ? target.length : authority + 3 + start;
}

function decodeAscii(triplet: string): string {
  return String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
}

/** The segments of a path, as sent; the first is the one after the leading slash. */
export function segmentsOf(path: string): readonly string[] {
  return path.slice(1).split('/');
}

/** Whether a segment holds a slash that was encoded, which no id may: proxies disagree about what it means. */
export function hasEncodedSlash(segment: string): boolean {
  return segment.includes('%') && /%2f/i.test(segment);
}

const PLAIN = /^[\x21-\x24\x26-\x7e]*$/;

/**
 * Percent-decodes a segment, once. Bytes that were sent raw where they should have been encoded count as themselves.
 *
 * @returns undefined when the encoding is broken or what it encodes is not UTF-8
 */
export function decodeSegment(segment: string): string | undefined {
  if (PLAIN.test(segment)) return segment;
  if (BROKEN_ENCODING.test(segment)) return undefined;
  const bytes = Buffer.from(
    segment.replace(/%[\da-fA-F]{2}/g, decodeAscii),
    'latin1', // Node gives the bytes of a request target as characters U+0000 to U+00FF
  );
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
