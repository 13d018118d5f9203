import { base64url, compact, hmac } from '../signing.js';
import { HS_KEY } from '../token-world.js';
import { each, parts, replacePart, signedInternal, signedOver, withStrayBits } from './making.js';

/** Tokens that are not two JSON objects and a signature, or not in the one way to write them. */
export const shapes = each({
  nonsense: () => 'nonsense',
  'no part': () => '..',
  'two parts': (world) => parts(world.internalToken()).slice(0, 2).join('.'),
  'four parts': (world) => `${world.internalToken()}.${base64url('x')}`,
  'empty fourth part': (world) => `${world.internalToken()}.`,
  'empty first part': (world) => `.${world.internalToken()}`,
  'five parts, as an encrypted token': (world) => `${world.internalToken()}.AA.AA`,
  'empty header part': (world) => replacePart(world.internalToken(), 0, () => ''),
  'empty payload part': () => signedInternal({ alg: 'HS512' }, ''),
  'no signature': (world) => replacePart(world.internalToken(), 2, () => ''),
  'half a signature': (world) => replacePart(world.internalToken(), 2, (part) => part.slice(0, 40)),
  'signature of another token': (world) =>
    replacePart(world.internalToken(), 2, () => parts(world.internalToken({ jti: 'x' }))[2] ?? ''),
  'changed payload': (world) =>
    replacePart(world.internalToken(), 1, () => base64url(world.internalClaims({ metadata: { patient_id: 'me' } }))),
  'padded signature': (world) => `${world.internalToken()}==`,
  'stray bits after the signature': (world) => replacePart(world.internalToken(), 2, withStrayBits),
  'stray bits after the signature of HS256': (world) => {
    const token = compact({ alg: 'HS256' }, world.internalClaims(), hmac(HS_KEY, 'sha256'));
    return replacePart(token, 2, withStrayBits);
  },
  'stray bits after the payload': (world) => signedOver(world, (header, payload) => [header, withStrayBits(payload)]),
  'stray bits after the header': (world) => signedOver(world, (header, payload) => [withStrayBits(header), payload]),
  'padded payload': (world) => signedOver(world, (header, payload) => [header, `${payload}=`]),
  'plain base64 in the signature': (world) => replacePart(world.internalToken(), 2, (part) => `+/${part.slice(2)}`),
  'form feed inside a part': (world) =>
    replacePart(world.internalToken(), 2, (part) => `${part.slice(0, 9)}\f${part.slice(9)}`),
  'character beyond ASCII': (world) => replacePart(world.internalToken(), 2, (part) => `é${part.slice(1)}`),
  'payload is no JSON': () => signedInternal({ alg: 'HS512' }, '{"iss":'),
  'payload is null': () => signedInternal({ alg: 'HS512' }, 'null'),
  'payload is a list': () => signedInternal({ alg: 'HS512' }, '[]'),
  'payload is a string': () => signedInternal({ alg: 'HS512' }, '"x"'),
  'payload is a number': () => signedInternal({ alg: 'HS512' }, '1'),
  'payload is no UTF-8': (world) => {
    const payload = Buffer.from(JSON.stringify(world.internalClaims({ jti: '~' })));
    payload[payload.indexOf('~')] = 0xff;
    return compact({ alg: 'HS512' }, payload, hmac(HS_KEY));
  },
  'payload after a byte order mark': (world) =>
    signedInternal({ alg: 'HS512' }, `\ufeff${JSON.stringify(world.internalClaims())}`),
  'payload is another token': (world) => signedInternal({ alg: 'HS512', cty: 'JWT' }, world.internalToken()),
  'header is a list': (world) => signedInternal('[{"alg":"HS512"}]', world.internalClaims()),
  'header is null': (world) => signedInternal('null', world.internalClaims()),
  'deeply nested payload': () => signedInternal({ alg: 'HS512' }, `${'['.repeat(5_000)}${']'.repeat(5_000)}`),
});
