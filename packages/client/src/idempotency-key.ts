/**
 * Returns a new key for a call. It must be unique, not secret: `crypto.randomUUID` is missing in React Native and on pages
 * without TLS.
 */
export function newIdempotencyKey(): string {
  return globalThis.crypto?.randomUUID?.() ?? [Date.now(), Math.random(), Math.random()].map(inDigits).join('-');
}

function inDigits(number: number): string {
  return number.toString(36).replace('0.', '');
}
