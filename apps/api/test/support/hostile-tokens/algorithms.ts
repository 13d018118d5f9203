import { sign } from 'node:crypto';
import { asymmetric, compact, hmac } from '../signing.js';
import { HS_KEY } from '../token-world.js';
import { each, type Make, publicKeyPem } from './making.js';

/** Algorithms that the issuer does not use, and keys taken for what they are not. */
export const algorithms = each({
  ...Object.fromEntries(
    ['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg): [string, Make][] => [
      [`"${alg}", unsigned`, (world) => compact({ alg }, world.internalClaims(), () => Buffer.of())],
      [`"${alg}", signed`, (world) => world.internalToken({}, { alg })],
      [
        `"${alg}", of the AUTH0 issuer`,
        (world) => compact({ alg, kid: 'rsa' }, world.auth0Claims(), () => Buffer.of()),
      ],
    ]),
  ),
  ...Object.fromEntries(
    (
      [undefined, null, 5, true, ['HS512'], { HS512: true }, 'hs512', 'HS512 ', 'HS1', '__proto__', 'toString'] as const
    ).map((alg): [string, Make] => [`alg ${JSON.stringify(alg)}`, (world) => world.internalToken({}, { alg })]),
  ),
  'hash that the header does not name': (world) =>
    compact({ alg: 'HS256' }, world.internalClaims(), hmac(HS_KEY, 'sha512')),
  'internal issuer by an AUTH0 key': (world) =>
    compact({ alg: 'RS256', kid: 'rsa' }, world.internalClaims(), asymmetric('RS256', world.keys.rsa.privateKey)),
  'AUTH0 issuer by HS_KEY': (world) =>
    compact({ alg: 'HS256', kid: 'rsa' }, world.auth0Claims(), hmac(HS_KEY, 'sha256')),
  'AUTH0 issuer by its public key as an HMAC secret (PEM)': (world) =>
    compact({ alg: 'HS256', kid: 'rsa' }, world.auth0Claims(), hmac(publicKeyPem(world, 'spki'), 'sha256')),
  'AUTH0 issuer by its public key as an HMAC secret (PKCS 1)': (world) =>
    compact({ alg: 'HS256', kid: 'rsa' }, world.auth0Claims(), hmac(publicKeyPem(world, 'pkcs1'), 'sha256')),
  'AUTH0 issuer by its public key as an HMAC secret (JWK)': (world) =>
    compact({ alg: 'HS512', kid: 'rsa' }, world.auth0Claims(), hmac(JSON.stringify(world.keys.rsa.jwk))),
  'AUTH0 issuer by its public modulus as an HMAC secret': (world) =>
    compact(
      { alg: 'HS512', kid: 'rsa' },
      world.auth0Claims(),
      hmac(Buffer.from(String(world.keys.rsa.jwk['n']), 'base64url')),
    ),
  ...Object.fromEntries(
    ['EdDSA', 'Ed25519'].map((alg): [string, Make] => [
      `${alg} by a published key, which the issuer does not use`,
      (world) =>
        compact({ alg, kid: 'ed25519' }, world.auth0Claims(), (input) =>
          sign(null, Buffer.from(input), world.keys.ed25519.privateKey),
        ),
    ]),
  ),
  'EdDSA by an RSA key': (world) => world.auth0Token({}, { alg: 'EdDSA' }),
  'ES256K, which no issuer uses': (world) => world.auth0Token({}, { alg: 'ES256K' }),
  'internal issuer by an empty key': (world) => compact({ alg: 'HS512' }, world.internalClaims(), hmac('')),
  'internal issuer by another key': (world) => compact({ alg: 'HS512' }, world.internalClaims(), hmac(`${HS_KEY}x`)),
});
