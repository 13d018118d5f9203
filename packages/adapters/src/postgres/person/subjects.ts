import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** Reads the keys as `keys`, a JSON array of hexadecimal texts. The first is the oldest, which receipts use. */
export const ALL_KEYS = `select json_agg(encode(key, 'hex') order by created, key) as keys from erasure_key`;

/** @param hexadecimal one of these keys */
export function keyOf(hexadecimal: string): KeyObject {
  return createSecretKey(hexadecimal, 'hex');
}

/** Returns what identifies a person in a receipt: the HMAC-SHA256 of the id, in hexadecimal. */
export function subjectOf(key: KeyObject, personId: string): string {
  return hmacOf(key, personId).toString('hex');
}

export function hmacOf(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
