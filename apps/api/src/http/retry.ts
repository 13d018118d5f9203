import { hash } from 'node:crypto';
import type { Retry } from '@polaris-telemetry/domain';
import type { JsonBody } from './body.js';
import { canonicalJson } from './canonical-json.js';
import type { Exchange } from './exchange.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { Problem } from './problem.js';

const MALFORMED = new Problem(
  400,
  'The Idempotency-Key must be a quoted string or a token of 1 to 255 printable ASCII characters.',
);

/**
 * The key that a request may be repeated under, if it has one. Requests are the same where their bodies say the same, in
 * whatever order of members: some clients write them in another order each time. Version 2.0 compared bytes, and equal bytes
 * are still the same request to it and to us. The key itself belongs to an owner and a kind of record.
 */
export function retryOf(exchange: Exchange, { bytes, value }: JsonBody): Retry | Problem | undefined {
  const header = exchange.header('idempotency-key');
  if (header === undefined) return undefined;
  const key = parseIdempotencyKey(header);
  if (key === undefined) return MALFORMED;
  return { key, fingerprint: digest(bytes), valuesFingerprint: digest(canonicalJson(value)) };
}

function digest(content: string | Buffer): string {
  return hash('sha256', content, 'base64url');
}
