import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A JSON text as it is, or a value to be written as JSON. */
export type Json = string | object;

export function base64url(data: Json | Uint8Array): string {
  if (data instanceof Uint8Array) return Buffer.from(data).toString('base64url');
  return Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)).toString('base64url');
}

/** Signs whatever is asked for, however wrong: jose's own signer would refuse most of what is tested here. */
export function compact(header: Json | Uint8Array, payload: Json | Uint8Array, signer: (input: string) => Uint8Array) {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${base64url(signer(input))}`;
}

export function hmac(key: string | Uint8Array, hash = 'sha512'): (input: string) => Uint8Array {
  return (input) => createHmac(hash, key).update(input).digest();
}

/** A signer for an asymmetric algorithm, by its JOSE name. */
export function asymmetric(alg: string, privateKey: KeyObject): (input: string) => Uint8Array {
  const hash = `sha${alg.slice(2)}`;
  const family = alg.slice(0, 2);
  return (input) => {
    const data = Buffer.from(input);
    if (family === 'PS') {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return sign(hash, data, { key: privateKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
    }
    return sign(hash, data, family === 'ES' ? { key: privateKey, dsaEncoding: 'ieee-p1363' } : privateKey);
  };
}

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As it would be published. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

export function rsaKey(kid: string, members: object = { use: 'sig' }, modulusLength = 2048): SigningKey {
  return keyOf(kid, generateKeyPairSync('rsa', { modulusLength }), members);
}

export function ecKey(
  kid: string,
  namedCurve: 'P-256' | 'P-384' | 'P-521',
  members: object = { use: 'sig' },
): SigningKey {
  return keyOf(kid, generateKeyPairSync('ec', { namedCurve }), members);
}

export function edKey(kid: string): SigningKey {
  return keyOf(kid, generateKeyPairSync('ed25519'), { use: 'sig' });
}

function keyOf(kid: string, pair: { privateKey: KeyObject; publicKey: KeyObject }, members: object): SigningKey {
  return { kid, ...pair, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, ...members } };
}
