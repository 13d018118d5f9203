import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import { ERASE, EXPORT, READ, READ_ALL, READ_FLEET, READ_REPORTS, WRITE } from '../apps/api/dist/auth/scopes.js';
import { loadConfig } from '../apps/api/dist/config/load-config.js';
import { CommandError } from './command-line.ts';

/** Whom a token speaks for, and what it lets them do. */
export interface TokenWish {
  /** Owner claims: `patient_id`, `clinician_id`, `system_id`. */
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  /** From now, as jose reads it: `90s`, `30 minutes`, `12h`, `7d`. */
  readonly expires: string;
}

/**
 * Signs a token as the platform's own issuer would, with the HS_KEY and PROXY_URL that the service has in this environment.
 *
 * @throws ConfigError when these are wrong
 */
export async function developmentToken({ claims, scopes, expires }: TokenWish): Promise<string> {
  const config = loadConfig(process.env, (path) => readFileSync(path, 'utf8'));
  if (config.production)
    throw new CommandError(
      'This is PRODUCTION (the default where DATABASE_… names a server): its tokens come from the platform, not from here.',
    );
  const { issuer, key } = config.tokens.internal;
  return new SignJWT({ metadata: claims, scope: scopes.join(' ') })
    .setProtectedHeader({ alg: 'HS512', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(issuer)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(key));
}

/** What a person needs for their own records. */
export const OWN_SCOPES = [READ, WRITE] as const;
/** What staff may be given. */
export const STAFF_SCOPES = [READ_ALL, READ_FLEET, READ_REPORTS, EXPORT, ERASE] as const;
