import { sign } from 'node:crypto';
import { asymmetric, base64url, compact, hmac } from '../signing.js';
import { byAttacker, each, type Make } from './making.js';

const P256_ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');

/** Keys that a token brings along. */
export const embeddedKeys = each({
  ...Object.fromEntries(
    (['RS256', 'PS256'] as const).flatMap((alg): [string, Make][] => [
      [`${alg} jwk`, (world) => byAttacker(world, { alg, jwk: world.keys.attacker.jwk })],
      [
        `${alg} jwk with its own kid`,
        (world) => byAttacker(world, { alg, jwk: world.keys.attacker.jwk, kid: 'attacker' }),
      ],
      [`${alg} jku`, (world) => byAttacker(world, { alg, jku: 'http://127.0.0.1:1/keys' })],
      [`${alg} x5u`, (world) => byAttacker(world, { alg, x5u: 'http://127.0.0.1:1/cert' })],
      [`${alg} x5c`, (world) => byAttacker(world, { alg, x5c: [base64url('certificate')] })],
    ]),
  ),
  'symmetric jwk': (world) =>
    compact({ alg: 'HS512', jwk: { kty: 'oct', k: base64url('mine') } }, world.internalClaims(), hmac('mine')),
});

/** Names of keys that name none, or the wrong one. */
export const keyIds = each({
  none: (world) => world.auth0Token({}, { kid: undefined }),
  ...Object.fromEntries(
    [null, 1, true, {}, ['rsa'], ''].map((kid): [string, Make] => [
      `kid ${JSON.stringify(kid)}`,
      (world) => world.auth0Token({}, { kid }),
    ]),
  ),
  ...Object.fromEntries(
    ['unknown', '../../../../dev/null', "' OR '1'='1", 'RSA', 'rsa ', 'rsa\0', '__proto__', 'x'.repeat(5_000)].map(
      (kid): [string, Make] => [`kid ${JSON.stringify(kid.slice(0, 30))}`, (world) => world.auth0Token({}, { kid })],
    ),
  ),
  'dev/null as an HMAC secret': (world) =>
    compact({ alg: 'HS256', kid: '/dev/null' }, world.internalClaims(), hmac('', 'sha256')),
  'key of another kid': (world) => world.auth0Token({}, { kid: 'rs256-only' }),
});

/** Keys that are published, but not for this. */
export const unfitKeys = each({
  'for encryption': (world) => world.auth0Token({}, {}, world.keys.encryption),
  'for other operations': (world) => world.auth0Token({}, {}, world.keys.otherOperations),
  'for another algorithm': (world) =>
    compact(
      { alg: 'PS256', kid: 'rs256-only' },
      world.auth0Claims(),
      asymmetric('PS256', world.keys.rs256Only.privateKey),
    ),
  'RSA of 1,024 bits': (world) => world.auth0Token({}, {}, world.keys.weak),
  'another curve': (world) =>
    compact({ alg: 'ES256', kid: 'es384' }, world.auth0Claims(), asymmetric('ES256', world.keys.es384.privateKey)),
  'RSA for ECDSA': (world) => compact({ alg: 'ES256', kid: 'rsa' }, world.auth0Claims(), () => Buffer.alloc(64, 1)),
  ...Object.fromEntries(
    (
      [
        ['r and s zero', Buffer.alloc(64)],
        ['r zero', Buffer.concat([Buffer.alloc(32), Buffer.alloc(32, 1)])],
        ['r and s the order', Buffer.concat([P256_ORDER, P256_ORDER])],
        ['all ones', Buffer.alloc(64, 0xff)],
        ['too short', Buffer.alloc(63, 1)],
        ['too long', Buffer.alloc(65, 1)],
        ['empty', Buffer.alloc(0)],
      ] as const
    ).map(([name, signature]): [string, Make] => [
      `ECDSA signature: ${name}`,
      (world) => compact({ alg: 'ES256', kid: 'es256' }, world.auth0Claims(), () => signature),
    ]),
  ),
  'ECDSA signature in DER': (world) =>
    compact({ alg: 'ES256', kid: 'es256' }, world.auth0Claims(), (input) =>
      sign('sha256', Buffer.from(input), world.keys.es256.privateKey),
    ),
});
