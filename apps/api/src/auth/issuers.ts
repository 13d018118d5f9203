import type { TokenConfig } from '../config/config.js';
import type { RemoteKeys } from './jwks.js';
import { publishedKeys } from './published-keys.js';
import { sharedSecret } from './shared-secret.js';
import type { SignatureScheme } from './signature-scheme.js';

/** An accepted issuer, and how to check its tokens. */
export interface Issuer {
  /** The exact `iss`. */
  readonly issuer: string;
  readonly audience: string;
  readonly signatures: SignatureScheme;
  readonly metadataClaim: string;
  readonly scopeClaim: string;
}

/** The issuers of a configuration, by `iss`. */
export function issuersOf(config: TokenConfig, auth0Keys: RemoteKeys | undefined): ReadonlyMap<string, Issuer> {
  const { internal, auth0 } = config;
  const issuers = new Map<string, Issuer>();
  issuers.set(internal.issuer, {
    issuer: internal.issuer,
    audience: internal.issuer,
    signatures: sharedSecret(internal.key),
    metadataClaim: 'metadata',
    scopeClaim: 'scope',
  });
  if (auth0 !== undefined && auth0Keys !== undefined) {
    issuers.set(auth0.issuer, {
      issuer: auth0.issuer,
      audience: auth0.audience,
      signatures: publishedKeys(auth0Keys),
      metadataClaim: auth0.metadataClaim,
      scopeClaim: auth0.scopeClaim,
    });
  }
  return issuers;
}
