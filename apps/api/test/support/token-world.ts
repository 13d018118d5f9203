import type { TokenConfig } from '../../src/config/config.js';
import { FakeClock } from './fake-clock.js';
import { type KeyServer, startKeyServer } from './key-server.js';
import { asymmetric, compact, ecKey, edKey, hmac, rsaKey, type SigningKey } from './signing.js';

export const HS_KEY = 'a-secret-of-the-platform-that-is-long-enough-for-every-hash-in-use';
export const INTERNAL = 'http://platform.test/';
export const AUTH0 = 'https://login.test/';
export const AUDIENCE = 'https://telemetry.test/';
export const METADATA = 'https://gdm.sensynehealth.com/metadata';
export const SCOPE = 'https://gdm.sensynehealth.com/scope';
const SCOPES = 'read:gdm_telemetry write:gdm_telemetry';

/** Both issuers with their keys, a key server, and a clock: all that tokens are made and judged with. */
export interface TokenWorld {
  readonly clock: FakeClock;
  readonly keyServer: KeyServer;
  readonly config: TokenConfig;
  readonly keys: WorldKeys;
  /** Claims of a good token of the internal issuer, some of them replaced; undefined leaves one out. */
  internalClaims(replaced?: object): object;
  auth0Claims(replaced?: object): object;
  /** A token of the internal issuer, good unless something is replaced. */
  internalToken(claims?: object, header?: object): string;
  auth0Token(claims?: object, header?: object, key?: SigningKey): string;
}

export interface WorldKeys {
  readonly rsa: SigningKey;
  readonly es256: SigningKey;
  readonly es384: SigningKey;
  readonly es512: SigningKey;
  /** Published, for an algorithm that is not accepted. */
  readonly ed25519: SigningKey;
  /** Published for encryption. */
  readonly encryption: SigningKey;
  /** Published with operations that do not include verifying. */
  readonly otherOperations: SigningKey;
  /** Published for RS256 only. */
  readonly rs256Only: SigningKey;
  /** 1,024 bits. */
  readonly weak: SigningKey;
  /** Not published. */
  readonly attacker: SigningKey;
}

/** Keys are slow to make and the same for every test. */
export function makeKeys(): WorldKeys {
  return {
    rsa: rsaKey('rsa'),
    es256: ecKey('es256', 'P-256'),
    es384: ecKey('es384', 'P-384'),
    es512: ecKey('es512', 'P-521'),
    ed25519: edKey('ed25519'),
    encryption: rsaKey('encryption', { use: 'enc' }),
    otherOperations: rsaKey('other-operations', { key_ops: ['encrypt'] }),
    rs256Only: rsaKey('rs256-only', { use: 'sig', alg: 'RS256' }),
    weak: rsaKey('weak', { use: 'sig' }, 1024),
    attacker: rsaKey('attacker'),
  };
}

export async function createTokenWorld(keys: WorldKeys): Promise<TokenWorld> {
  const { attacker: _, ...published } = keys;
  const keyServer = await startKeyServer(Object.values(published).map(({ jwk }) => jwk));
  const clock = new FakeClock();
  const times = () => ({ iat: clock.seconds(), exp: clock.seconds() + 600 });
  const internalClaims = (replaced: object = {}) => ({
    iss: INTERNAL,
    aud: INTERNAL,
    ...times(),
    metadata: { patient_id: 'patient-1' },
    scope: SCOPES,
    ...replaced,
  });
  const auth0Claims = (replaced: object = {}) => ({
    iss: AUTH0,
    aud: AUDIENCE,
    ...times(),
    [METADATA]: { patient_id: 'patient-1' },
    [SCOPE]: SCOPES,
    ...replaced,
  });
  return {
    clock,
    keyServer,
    keys,
    config: {
      internal: { issuer: INTERNAL, key: HS_KEY },
      auth0: { issuer: AUTH0, audience: AUDIENCE, jwksUrl: keyServer.url, metadataClaim: METADATA, scopeClaim: SCOPE },
      ignoreValidation: false,
    },
    internalClaims,
    auth0Claims,
    internalToken: (claims = {}, header = {}) =>
      compact({ alg: 'HS512', typ: 'JWT', ...header }, internalClaims(claims), hmac(HS_KEY)),
    auth0Token: (claims = {}, header = {}, key = keys.rsa) =>
      compact({ alg: 'RS256', kid: key.kid, ...header }, auth0Claims(claims), asymmetric('RS256', key.privateKey)),
  };
}
