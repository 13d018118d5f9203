import { isFault, parseRetryKey, type RetryKey } from '@polaris-telemetry/domain';

const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const BARE = /^[\w!#$%&'*+\-.^`|~:/]+$/;

/**
 * Reads an Idempotency-Key header: a quoted string of RFC 8941, as the IETF draft has it, or the bare token that many
 * clients send. `"abc"` and `abc` are the same key.
 *
 * @returns undefined when the header is malformed
 */
export function parseIdempotencyKey(header: string): RetryKey | undefined {
  const quoted = QUOTED.exec(header)?.[1]?.replace(/\\(["\\])/g, '$1');
  const key = parseRetryKey(quoted ?? (BARE.test(header) ? header : undefined));
  return isFault(key) ? undefined : key;
}
