import { createHmac } from 'node:crypto';

/** Reads the keys as `keys`, a JSON array of texts in hexadecimal digits. The first is the oldest one, which makes receipts. */
export const ALL_KEYS = `select json_agg(encode(key, 'hex') order by created, key) as keys from erasure_key`;

/** What stands for a person in a receipt: HMAC-SHA256 of the id, in hexadecimal digits. */
export function subjectOf(key: string, personId: string): string {
  return hmacOf(key, personId).toString('hex');
}

/** @param key in hexadecimal digits */
export function hmacOf(key: string, text: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest();
}
