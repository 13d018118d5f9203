import { readFileSync } from 'node:fs';
import { developmentToken as sign, type TokenWish } from '../apps/api/dist/auth/development-token.js';
import { ERASE, EXPORT, READ, READ_ALL, READ_FLEET, READ_REPORTS, WRITE } from '../apps/api/dist/auth/scopes.js';
import { loadConfig } from '../apps/api/dist/config/load-config.js';
import { CommandError } from './command-line.ts';

export type { TokenWish } from '../apps/api/dist/auth/development-token.js';

/**
 * Signs a token as the platform's own issuer would, with the HS_KEY and PROXY_URL that the service has in this environment.
 *
 * @throws ConfigError when these are wrong
 */
export async function developmentToken(wish: TokenWish): Promise<string> {
  const config = loadConfig(process.env, (path) => readFileSync(path, 'utf8'));
  if (config.production)
    throw new CommandError(
      'This is PRODUCTION (the default where DATABASE_… names a server): its tokens come from the platform, not from here.',
    );
  return sign(config.tokens.internal, wish);
}

/** What a person needs for their own records. */
export const OWN_SCOPES = [READ, WRITE] as const;
/** What staff may be given. */
export const STAFF_SCOPES = [READ_ALL, READ_FLEET, READ_REPORTS, EXPORT, ERASE] as const;
