import { asymmetric, base64url, compact, hmac, type Json } from '../signing.js';
import { HS_KEY, type TokenWorld } from '../token-world.js';

/** What must never be let in: the values of the Authorization headers, by what is wrong with them. */
export type HostileFamily = Readonly<Record<string, (world: TokenWorld) => readonly string[]>>;

export type Make = (world: TokenWorld) => string;

export function bearer(token: string): string {
  return `Bearer ${token}`;
}

/** A family of tokens that are presented properly. */
export function each(tokens: Readonly<Record<string, Make>>): HostileFamily {
  return Object.fromEntries(Object.entries(tokens).map(([name, make]) => [name, (world) => [bearer(make(world))]]));
}

export function parts(token: string): string[] {
  return token.split('.');
}

export function replacePart(token: string, index: number, replace: (part: string) => string): string {
  return parts(token)
    .map((part, at) => (at === index ? replace(part) : part))
    .join('.');
}

export function signedInternal(header: Json, payload: Json): string {
  return compact(header, payload, hmac(HS_KEY));
}

/** Properly signed over parts that were written in another way. */
export function signedOver(world: TokenWorld, rewrite: (header: string, payload: string) => [string, string]): string {
  // Spaces at the end leave some bits of the last character of each part unused.
  const json = (value: object) => JSON.stringify(value).padEnd(1_000);
  const [header = '', payload = ''] = parts(signedInternal(json({ alg: 'HS512' }), json(world.internalClaims())));
  const input = rewrite(header, payload).join('.');
  return `${input}.${base64url(hmac(HS_KEY)(input))}`;
}

/** The same bytes for a lenient decoder: one of the bits that mean nothing is set. */
export function withStrayBits(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  if (part.length % 4 === 0) throw new Error('a part without unused bits');
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.slice(-1)) + 1];
}

/** Signed by an unpublished key, which the header offers. */
export function byAttacker(
  world: TokenWorld,
  header: { readonly alg: string; readonly [parameter: string]: unknown },
): string {
  const signer = asymmetric(header.alg, world.keys.attacker.privateKey);
  return compact({ kid: 'rsa', ...header }, world.auth0Claims(), signer);
}

export function publicKeyPem(world: TokenWorld, type: 'spki' | 'pkcs1'): string {
  return world.keys.rsa.publicKey.export({ type, format: 'pem' }).toString();
}

/** RFC 7797: the payload stands in the token as it is. */
export function unencoded(world: TokenWorld, header: object): string {
  const input = `${base64url({ alg: 'HS512', ...header })}.${JSON.stringify(world.internalClaims())}`;
  return `${input}.${base64url(hmac(HS_KEY)(input))}`;
}

/** The claims with one that JSON.stringify would not write. */
export function withRaw(world: TokenWorld, claim: string, raw: string): string {
  return `${JSON.stringify(world.internalClaims({ [claim]: undefined })).slice(0, -1)},"${claim}":${raw}}`;
}

/** A claim with each of some values, in a token of either issuer that is good otherwise. */
export function bothIssuers(claim: string, values: readonly unknown[]): Record<string, Make> {
  return Object.fromEntries(
    values.flatMap((value): [string, Make][] => [
      [`${claim} ${JSON.stringify(value)}`, (world) => world.internalToken({ [claim]: value })],
      [`${claim} ${JSON.stringify(value)}, AUTH0 issuer`, (world) => world.auth0Token({ [claim]: value })],
    ]),
  );
}
