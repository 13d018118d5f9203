/** The parts of a JWT that are read before anything is trusted. */
export interface CompactToken {
  /** The whole token, as jose takes it. */
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Longer tokens do not fit into the headers that the server accepts (16 KiB in all). */
const MAXIMUM_LENGTH = 16_384;

/** Keeps a byte order mark, so that JSON.parse refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Splits and decodes a JWS compact serialisation of two JSON objects, without touching the signature.
 * Duplicate members: the last counts, as RFC 7515 and RFC 7519 allow and as jose reads the header.
 *
 * @returns undefined for anything else: not three parts, no canonical base64url, no UTF-8, no JSON object
 */
export function parseCompactToken(text: string): CompactToken | undefined {
  if (text.length > MAXIMUM_LENGTH) return undefined;
  const [encodedHeader, encodedPayload, signature, ...more] = text.split('.');
  if (encodedHeader === undefined || encodedPayload === undefined || signature === undefined) return undefined;
  if (more.length > 0 || !isCanonicalBase64url(signature)) return undefined;
  const header = decodeObject(encodedHeader);
  const payload = decodeObject(encodedPayload);
  return header === undefined || payload === undefined ? undefined : { text, header, payload };
}

const ALPHABET = /^[A-Za-z0-9_-]*$/;
/** Last characters whose unused bits are zero, by the length of the last, incomplete group. */
const LAST_OF_TWO = /[AQgw]$/;
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/;

/**
 * Whether this is the canonical base64url text of some bytes. Decoders are lenient (padding, white space, stray bits),
 * which would let one signed token appear in many disguises.
 */
function isCanonicalBase64url(text: string): boolean {
  if (!ALPHABET.test(text)) return false;
  switch (text.length % 4) {
    case 0:
      return true;
    case 2:
      return LAST_OF_TWO.test(text);
    case 3:
      return LAST_OF_THREE.test(text);
    default:
      return false;
  }
}

function decodeObject(encoded: string): Record<string, unknown> | undefined {
  if (!isCanonicalBase64url(encoded)) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(encoded, 'base64url')));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
