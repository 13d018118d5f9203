import { AUDIENCE, AUTH0, INTERNAL } from '../token-world.js';
import { bothIssuers, each, signedInternal, unencoded, withRaw } from './making.js';

/** Header parameters that change what a signature means. */
export const extensions = each({
  'unknown crit': (world) => world.internalToken({}, { crit: ['x'], x: 1 }),
  'crit of a registered name': (world) => world.internalToken({}, { crit: ['alg'] }),
  'empty crit': (world) => world.internalToken({}, { crit: [] }),
  'crit that is no list': (world) => world.internalToken({}, { crit: 'b64' }),
  'crit null': (world) => world.internalToken({}, { crit: null }),
  'b64 false, critical': (world) => unencoded(world, { b64: false, crit: ['b64'] }),
  'b64 false, critical, payload encoded': (world) => world.internalToken({}, { b64: false, crit: ['b64'] }),
  'b64 false, not critical': (world) => world.internalToken({}, { b64: false }),
  'b64 of a wrong type': (world) => world.internalToken({}, { b64: 'true', crit: ['b64'] }),
});

/** Claims that are missing, of the wrong type, or not (yet, any more) good. */
export const claims = each({
  ...bothIssuers('iss', [
    undefined,
    null,
    5,
    {},
    [INTERNAL],
    [AUTH0],
    'http://platform.test',
    `${INTERNAL} `,
    '',
    'evil',
  ]),
  ...bothIssuers('aud', [undefined, null, 5, true, {}, [], '', 'evil', ['evil'], [[INTERNAL]], `${AUDIENCE}x`]),
  ...bothIssuers('aud', [
    [INTERNAL, 5],
    [AUDIENCE, null],
  ]),
  ...bothIssuers('exp', [undefined, null, '99999999999', 'soon', true, [], {}, -1, 0]),
  ...bothIssuers('nbf', [null, '0', false, [], {}, 99_999_999_999]),
  ...bothIssuers('iat', [null, '0', false, [], {}]),
  'exp beyond all numbers': (world) => signedInternal({ alg: 'HS512' }, withRaw(world, 'exp', '1e999')),
  'nbf beyond all numbers': (world) => signedInternal({ alg: 'HS512' }, withRaw(world, 'nbf', '1e999')),
  'nbf below all numbers': (world) => signedInternal({ alg: 'HS512' }, withRaw(world, 'nbf', '-1e999')),
  'iat beyond all numbers': (world) => signedInternal({ alg: 'HS512' }, withRaw(world, 'iat', '1e999')),
  'expires now': (world) => world.internalToken({ exp: world.clock.seconds() }),
  'expired a millisecond ago': (world) => world.internalToken({ exp: world.clock.seconds() - 0.001 }),
  'valid in a millisecond': (world) => world.internalToken({ nbf: world.clock.seconds() + 0.001 }),
  'second exp in the past': (world) =>
    signedInternal({ alg: 'HS512' }, `${JSON.stringify(world.internalClaims()).slice(0, -1)},"exp":1}`),
  'second iss of nobody': (world) =>
    signedInternal({ alg: 'HS512' }, `${JSON.stringify(world.internalClaims()).slice(0, -1)},"iss":"evil"}`),
  'second alg none': (world) => signedInternal('{"alg":"HS512","alg":"none"}', world.internalClaims()),
  'audience of the other issuer': (world) => world.internalToken({ aud: AUDIENCE }),
  'audience of the internal issuer': (world) => world.auth0Token({ aud: INTERNAL }),
  'claims in __proto__': (world) =>
    signedInternal({ alg: 'HS512' }, `{"__proto__":${JSON.stringify(world.internalClaims())}}`),
});
