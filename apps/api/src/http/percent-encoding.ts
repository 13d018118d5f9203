import { isUtf8 } from 'node:buffer';

export const BROKEN_ENCODING = /%(?![\da-fA-F]{2})/;
const PLAIN = /^[\x21-\x24\x26-\x7e]*$/;

/**
 * Percent-decodes a part of a request target, once. Bytes sent raw that should have been encoded count as themselves.
 *
 * @returns undefined if the encoding is broken or the decoded bytes are not UTF-8
 */
export function percentDecode(part: string): string | undefined {
  if (PLAIN.test(part)) return part;
  if (BROKEN_ENCODING.test(part)) return undefined;
  // Node passes the bytes of a request target as characters U+0000 to U+00FF.
  const bytes = Buffer.from(part.replace(/%[\da-fA-F]{2}/g, decodeAscii), 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** Decodes one percent-encoded byte as the character with that code. */
export function decodeAscii(triplet: string): string {
  return String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
}
