import { createHmac } from 'node:crypto';

/** Reads the keys as `keys`, a JSON array of hexadecimal texts. The first is the oldest, which receipts use. */
export const ALL_KEYS = `select json_agg(encode(key, 'hex') order by created, key) as keys from erasure_key`;

/** Returns what identifies a person in a receipt: the HMAC-SHA256 of the id, in hexadecimal. */
export function subjectOf(key: string, personId: string): string {
  return hmacOf(key, personId).toString('hex');
}

/** @param key in hexadecimal */
export function hmacOf(key: string, text: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest();
}
