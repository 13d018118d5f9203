import { SignJWT } from 'jose';
import type { InternalIssuerConfig } from '../config/config.js';

/** Whom a token speaks for, and what it lets them do. */
export interface TokenWish {
  /** Owner claims: `patient_id`, `clinician_id`, `system_id`. */
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  /** From now, as jose reads it: `90s`, `30 minutes`, `12h`, `7d`. */
  readonly expires: string;
}

/** Signs a token as the platform's own issuer would. For development: in production its tokens come from the platform. */
export function developmentToken(
  { issuer, key }: InternalIssuerConfig,
  { claims, scopes, expires }: TokenWish,
): Promise<string> {
  return new SignJWT({ metadata: claims, scope: scopes.join(' ') })
    .setProtectedHeader({ alg: 'HS512', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(issuer)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(key));
}
