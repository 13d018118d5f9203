import { hkdfSync } from 'node:crypto';

/** Returns the 32 bytes that seal sessions, from a secret of any length (HKDF, RFC 5869). */
export function sessionKeyOf(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'polaris-telemetry dashboard session', 32));
}
