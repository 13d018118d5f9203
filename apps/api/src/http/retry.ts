import { hash } from 'node:crypto';
import type { Retry } from '@polaris-telemetry/domain';
import type { Exchange } from './exchange.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { Problem } from './problem.js';

const MALFORMED = new Problem(
  400,
  'The Idempotency-Key must be a quoted string or a token of 1 to 255 printable ASCII characters.',
);

/**
 * The key that a request may be repeated under, if it has one. Requests are the same when their bodies are equal byte for
 * byte; whose records they are about, and of which kind, is the key's own affair.
 */
export function retryOf(exchange: Exchange, body: Buffer): Retry | Problem | undefined {
  const header = exchange.header('idempotency-key');
  if (header === undefined) return undefined;
  const key = parseIdempotencyKey(header);
  if (key === undefined) return MALFORMED;
  return { key, fingerprint: hash('sha256', body, 'base64url') };
}
