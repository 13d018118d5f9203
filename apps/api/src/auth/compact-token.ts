/** The parts of a JWT that are read before anything is trusted. */
export interface CompactToken {
  /** The whole token, as jose takes it. */
  readonly text: string;
  /** What the signature covers: header and payload as they were sent, and the dot between them. */
  readonly signingInput: string;
  /** In canonical base64url. */
  readonly signature: string;
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
  const [encodedHeader, encodedPayload, encodedSignature, ...more] = text.split('.');
  if (encodedHeader === undefined || encodedPayload === undefined || encodedSignature === undefined) return undefined;
  if (more.length > 0) return undefined;
  if (decode(encodedSignature) === undefined) return undefined;
  const header = decodeHeader(encodedHeader);
  const payload = decodeObject(encodedPayload);
  if (header === undefined || payload === undefined) return undefined;
  const signingInput = text.slice(0, encodedHeader.length + 1 + encodedPayload.length);
  return { text, signingInput, signature: encodedSignature, header, payload };
}

/** The bytes of one part at a time: a new buffer for each would be garbage at once. */
const scratch = Buffer.alloc(MAXIMUM_LENGTH);

/**
 * Decodes the canonical base64url text of some bytes, undefined for any other. Decoders are lenient (padding, white space,
 * stray bits), which would let one signed token appear in many disguises.
 *
 * @returns the bytes, which the next call overwrites
 */
function decode(encoded: string): Buffer | undefined {
  const bytes = scratch.subarray(0, scratch.write(encoded, 'base64url'));
  return bytes.toString('base64url') === encoded ? bytes : undefined;
}

/** The header that came last: an issuer's tokens nearly all have the same. */
let lastHeader: { readonly encoded: string; readonly header: CompactToken['header'] | undefined } | undefined;

function decodeHeader(encoded: string): CompactToken['header'] | undefined {
  if (lastHeader?.encoded !== encoded) lastHeader = { encoded, header: decodeObject(encoded) };
  return lastHeader.header;
}

function decodeObject(encoded: string): Record<string, unknown> | undefined {
  const bytes = decode(encoded);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
