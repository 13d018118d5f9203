import type { InternalIssuerConfig, TokenConfig } from '../config/config.js';
import type { FindKey, FoundKey, RemoteKeys } from './jwks.js';

/** An accepted issuer, and how to check its tokens. */
export interface Issuer {
  /** The exact `iss`. */
  readonly issuer: string;
  readonly audience: string;
  /** This issuer's only accepted algorithms, whatever a token says. */
  readonly algorithms: readonly string[];
  readonly metadataClaim: string;
  readonly scopeClaim: string;
  /** Whether a token must name its key. */
  readonly needsKeyId: boolean;
  readonly findKey: FindKey;
  /** @see RemoteKeys.generation */
  readonly keyGeneration: () => number;
}

/** The issuers of a configuration, by `iss`. */
export function issuersOf(config: TokenConfig, auth0Keys: RemoteKeys | undefined): ReadonlyMap<string, Issuer> {
  const { internal, auth0 } = config;
  const issuers = new Map<string, Issuer>();
  issuers.set(internal.issuer, internalIssuer(internal));
  if (auth0 !== undefined && auth0Keys !== undefined) {
    issuers.set(auth0.issuer, {
      issuer: auth0.issuer,
      audience: auth0.audience,
      algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'],
      metadataClaim: auth0.metadataClaim,
      scopeClaim: auth0.scopeClaim,
      needsKeyId: true,
      findKey: auth0Keys.find,
      keyGeneration: auth0Keys.generation,
    });
  }
  return issuers;
}

function internalIssuer({ issuer, key }: InternalIssuerConfig): Issuer {
  const secret = new TextEncoder().encode(key);
  const found = new Map<string, Promise<FoundKey>>();
  return {
    issuer,
    audience: issuer,
    algorithms: ['HS256', 'HS384', 'HS512'],
    metadataClaim: 'metadata',
    scopeClaim: 'scope',
    needsKeyId: false,
    findKey: ({ alg }) => {
      // Imported once for each algorithm: jose would import raw bytes again for every token.
      let key = found.get(alg);
      if (key === undefined) {
        key = importSecret(secret, `SHA-${alg.slice(2)}`);
        found.set(alg, key);
      }
      return key;
    },
    keyGeneration: () => 0,
  };
}

async function importSecret(secret: Uint8Array<ArrayBuffer>, hash: string): Promise<FoundKey> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['verify']);
  return { key, generation: 0 };
}
