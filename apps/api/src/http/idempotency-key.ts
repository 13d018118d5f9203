import { hash } from 'node:crypto';
import { isFault, parseRetryKey, type Retry, type RetryKey } from '@polaris-telemetry/domain';
import type { JsonBody } from './body.js';
import { canonicalJson } from './canonical-json.js';
import type { Exchange } from './exchange.js';
import { Problem } from './problem.js';

const MALFORMED = new Problem(
  400,
  'The Idempotency-Key must be a quoted string or a token of 1 to 255 printable ASCII characters.',
);

/**
 * Returns the key under which a request may be repeated, if it has one. Requests are the same if their bodies say the same,
 * in any order of members: some clients write them in a different order each time. Version 2.0 compared bytes, and equal
 * bytes are still the same request, to it and to us. The key itself belongs to an owner and a kind of record.
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

const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const BARE = /^[\w!#$%&'*+\-.^`|~:/]+$/;

/**
 * Reads an Idempotency-Key header: a quoted string of RFC 8941, as the IETF draft has it, or the bare token that many
 * clients send. `"abc"` and `abc` are the same key.
 *
 * @returns undefined if the header is malformed
 */
function parseIdempotencyKey(header: string): RetryKey | undefined {
  const quoted = QUOTED.exec(header)?.[1]?.replace(/\\(["\\])/g, '$1');
  const key = parseRetryKey(quoted ?? (BARE.test(header) ? header : undefined));
  return isFault(key) ? undefined : key;
}
