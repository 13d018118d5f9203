import fc from 'fast-check';
import { base64url, hmac } from './signing.js';
import { HS_KEY, INTERNAL } from './token-world.js';

/**
 * Tokens of the internal issuer. Each part of one is mostly as it should be and sometimes is not, so that about half of
 * them are good and the others have one or two faults. JSON is written by hand, for what JSON.stringify never writes.
 *
 * @param now seconds since 1970
 */
export function arbitraryToken(now: number): fc.Arbitrary<string> {
  const time = times(now);
  return fc
    .record({
      alg: mostly(['"HS256"', '"HS384"', '"HS512"'], ALGORITHMS),
      headerMembers: mostly([[], ['"typ":"JWT"'], ['"kid":"k"']], fc.subarray(HEADER_MEMBERS, { maxLength: 2 })),
      headerText: mostly([same], TEXTS),
      iss: mostly([JSON.stringify(INTERNAL)], ISSUERS),
      aud: mostly([JSON.stringify(INTERNAL), JSON.stringify(['x', INTERNAL])], AUDIENCES),
      exp: mostly([String(now + 600)], time),
      nbf: mostly([undefined, String(now)], time),
      iat: mostly([undefined, String(now)], time),
      metadata: mostly(['{"patient_id":"one"}', '{"patient_id":"Zoë \\ud83d\\udd12","other":1e3}'], METADATA),
      more: mostly([[]], fc.subarray(CLAIMS, { maxLength: 2 })),
      isMoreFirst: fc.boolean(),
      payloadText: mostly([same], TEXTS),
      padding: mostly([0], fc.integer({ min: 10_000, max: 13_000 })),
      key: mostly([HS_KEY], ['', `${HS_KEY} `, HS_KEY.slice(0, -1), HS_KEY.toUpperCase()]),
      hash: mostly([undefined], ['sha1', 'sha256', 'sha384', 'sha512']),
      rewrite: mostly([same], REWRITES),
      signature: mostly([same], SIGNATURES),
      damage: mostly([undefined], fc.record({ at: fc.nat(16_384), by: fc.constantFrom(...DAMAGES) })),
    })
    .map((draft) => {
      const header = object([member('alg', draft.alg), ...draft.headerMembers], draft.isMoreFirst);
      const claims = (['iss', 'aud', 'exp', 'nbf', 'iat', 'metadata'] as const).map((name) =>
        member(name, draft[name]),
      );
      const pad = draft.padding === 0 ? undefined : member('pad', JSON.stringify('x'.repeat(draft.padding)));
      const payload = object([...claims, pad, ...draft.more], draft.isMoreFirst);
      const input = [base64url(draft.headerText(header)), base64url(draft.payloadText(payload))]
        .map(draft.rewrite)
        .join('.');
      const hash = draft.hash ?? /^"HS(256|384|512)"$/.exec(draft.alg ?? '')?.[1] ?? 'sha512';
      const signature = hmac(draft.key, /^\d/.test(hash) ? `sha${hash}` : hash)(input);
      const token = `${input}.${draft.signature(base64url(signature))}`;
      return draft.damage === undefined ? token : damaged(token, draft.damage.at, draft.damage.by);
    });
}

type Rewrite = (text: string) => string;
const same: Rewrite = (text) => text;

/** Good values, and one time in fourteen others. */
function mostly<Value>(good: readonly Value[], others: fc.Arbitrary<Value> | readonly Value[]): fc.Arbitrary<Value> {
  const arbitrary = others instanceof fc.Arbitrary ? others : fc.constantFrom(...others);
  return fc.oneof({ weight: 13, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary });
}

function member(name: string, json: string | undefined): string | undefined {
  return json === undefined ? undefined : `"${name}":${json}`;
}

/** The last of duplicate members counts: now one comes last, now the other. */
function object(members: readonly (string | undefined)[], isReversed: boolean): string {
  const present = members.filter((one) => one !== undefined);
  return `{${(isReversed ? present.toReversed() : present).join(',')}}`;
}

function damaged(token: string, at: number, by: string): string {
  const place = 1 + (at % token.length);
  return by === 'cut' ? token.slice(0, place) : token.slice(0, place) + by + token.slice(place + by.length);
}

const ALGORITHMS = [
  ...['none', 'None', '', 'RS256', 'RS512', 'PS512', 'ES256', 'EdDSA', 'hs512', 'HS512 ', 'HS1', '__proto__'].map(
    (alg) => JSON.stringify(alg),
  ),
  ...['null', '512', 'true', '["HS512"]', '{}', undefined],
];

const HEADER_MEMBERS = [
  ...['"crit":["b64"]', '"crit":["x"]', '"crit":["alg"]', '"crit":[]', '"crit":null', '"crit":"b64"', '"crit":{}'],
  ...['"b64":true', '"b64":false', '"b64":null', '"b64":"true"', '"b64":1', '"x":1'],
  ...['"alg":"none"', '"alg":"HS384"', '"alg":"RS256"', '"alg":null', '"\\u0061lg":"HS256"', '"Alg":"none"'],
  ...['"jwk":{"kty":"oct","k":"bWluZQ"}', '"jku":"http://127.0.0.1:1/"', '"x5c":["AA"]', '"kid":{}', '"kid":null'],
  ...['"typ":null', '"cty":"JWT"', '"zip":"DEF"', '"enc":"A256GCM"', '"__proto__":{"crit":["x"]}', '"":1'],
];

const ISSUERS = [
  undefined,
  ...[INTERNAL.slice(0, -1), `${INTERNAL} `, INTERNAL.toUpperCase(), '', '__proto__'].map((iss) => JSON.stringify(iss)),
  ...['null', '5', '{}', JSON.stringify([INTERNAL]), `"\\u0068${INTERNAL.slice(1)}"`],
];

const METADATA = [
  undefined,
  ...['null', '[]', '"x"', '{"patient_id":["a","b"]}', '{"patient_id":5}', '{"patient_id":"a","patient_id":"b"}'],
  ...['{"__proto__":{"patient_id":"a"}}', '{"patient_id":"\\ud800"}', '{"patient_id":"a"', '{"system_id":""}'],
];

const AUDIENCES = [
  undefined,
  ...[[], ['x'], [INTERNAL, 5], [INTERNAL, null], [[INTERNAL]], [INTERNAL, INTERNAL], 'x', '', null, 5, {}].map((aud) =>
    JSON.stringify(aud),
  ),
  JSON.stringify({ 0: INTERNAL, length: 1 }),
];

function times(now: number): fc.Arbitrary<string | undefined> {
  return fc.oneof(
    fc.constant(undefined),
    fc.integer({ min: -2, max: 2 }).map((seconds) => String(now + seconds)),
    fc.constantFrom('.001', '.5', '.999', '.000000001').map((fraction) => now + fraction),
    fc.constantFrom('.001', '.5', '.999').map((fraction) => now - 1 + fraction),
    fc.constantFrom('0', '-0', '-1', '1e1', '1e10', '17E+8', '99999999999e-1', '1e400', '-1e400', '9007199254740993'),
    fc.constantFrom('null', 'true', '[]', '{}', '""', '"soon"', `[${now + 9}]`, `"${now + 9}"`, '1.', '01', 'NaN'),
  );
}

const CLAIMS = [
  ...['"exp":1', '"exp":9e9', '"exp":"9e9"', '"nbf":9e9', '"nbf":1', '"iat":null', '"\\u0065xp":1', '"Exp":1'],
  ...[
    '"iss":"evil"',
    `"iss":${JSON.stringify(INTERNAL)}`,
    '"aud":"x"',
    `"aud":${JSON.stringify(INTERNAL)}`,
    '"aud":[1]',
  ],
  ...['"metadata":{"patient_id":"other"}', '"metadata":null', '"__proto__":{"exp":9e9}', '"sub":"\\ud800"', '"":""'],
];

/** What becomes of the JSON of a header or payload. */
const TEXTS: readonly Rewrite[] = [
  (json) => ` \n${json}\t `,
  (json) => `\ufeff${json}`,
  (json) => `${json}\0`,
  (json) => json.slice(0, -1),
  (json) => `${json.slice(0, -1)},}`,
  (json) => `[${json}]`,
  (json) => JSON.stringify(json),
  (json) => `${json.slice(0, -1)},"\u{1f512}é":"ß"}`,
  () => 'null',
  () => '[]',
  () => '{}',
  () => '1',
  () => '',
  () => `${'['.repeat(4_000)}${']'.repeat(4_000)}`,
  (json) => `${json.slice(0, -1)},"deep":${'['.repeat(2_000)}${']'.repeat(2_000)}}`,
];

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** For a lenient decoder the same bytes, where the last character has unused bits. */
const withStrayBits: Rewrite = (text) => text.slice(0, -1) + ALPHABET[(ALPHABET.indexOf(text.slice(-1)) + 1) % 64];

/** What becomes of a part before it is signed. */
const REWRITES: readonly Rewrite[] = [
  withStrayBits,
  (part) => `${part}=`,
  (part) => `${part}==`,
  (part) => `${part}\n`,
  (part) => `${part}A`,
  (part) => part.replaceAll('-', '+').replaceAll('_', '/'),
  // Bytes that are no UTF-8 within a string of the JSON, or at its end.
  (part) =>
    base64url(Buffer.concat([Buffer.from(part, 'base64url').subarray(0, -1), Buffer.from(',"x":"\xff"}', 'latin1')])),
  (part) => base64url(Buffer.concat([Buffer.from(part, 'base64url'), Buffer.of(0x80)])),
];

const SIGNATURES: readonly Rewrite[] = [
  withStrayBits,
  () => '',
  (text) => `${text}==`,
  (text) => `${text}AAAA`,
  (text) => text.slice(0, -4),
  (text) => text.slice(0, 43),
  (text) => `${text}.`,
  (text) => `${text}.AA`,
  (text) => text.toLowerCase(),
];

const DAMAGES = ['A', 'a', '-', '_', '.', '=', '+', '/', '\t', 'é', '\u0000', 'AAAA', 'cut'];
