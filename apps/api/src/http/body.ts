import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange.js';
import { COPIES_OF_A_BODY } from './memory-budget.js';
import { Problem } from './problem.js';
import { OVERLOADED } from './problems.js';

const UNSUPPORTED = new Problem(
  415,
  'The body must be JSON: Content-Type application/json or application/*+json, charset absent or utf-8, no Content-Encoding.',
);
const MISSING = new Problem(400, 'The request must have a JSON body.');
const NOT_UTF8 = new Problem(400, 'The body is not valid UTF-8.');
const NOT_JSON = new Problem(400, 'The body is not valid JSON.');
const BROKEN_OFF = new Problem(400, 'The body broke off.');

/** A body, read and parsed. */
export interface JsonBody {
  readonly bytes: Buffer;
  readonly value: unknown;
}

/** Reads the JSON body of a request. Checks in the order of the statuses 413, 415, 400. */
export async function readJson(exchange: Exchange, limit: number): Promise<JsonBody | Problem> {
  const announced = exchange.header('content-length');
  if (announced !== undefined && Number(announced) > limit) return tooLarge(limit);
  const supported = isSupported(exchange);
  // With a known length, there is no need to read what will be refused anyway.
  if (!supported && announced !== undefined) return UNSUPPORTED;
  const bytes = await readBytes(exchange, limit);
  if (bytes instanceof Problem) return bytes;
  if (!supported) return UNSUPPORTED;
  if (bytes.length === 0) return MISSING;
  if (!exchange.hold(COPIES_OF_A_BODY * bytes.length)) return OVERLOADED;
  return exchange.header('content-type') === undefined ? UNSUPPORTED : parseJson(bytes);
}

function isSupported(exchange: Exchange): boolean {
  const contentType = exchange.header('content-type');
  return (contentType === undefined || isJson(contentType)) && !exchange.header('content-encoding');
}

function tooLarge(limit: number): Problem {
  return new Problem(413, `The body must not be longer than ${limit} bytes.`);
}

const JSON_TYPE = /^application\/(?:[\w!#$&\-^.+]+\+)?json[ \t]*(?:;(.*))?$/is;
/** One parameter up to the next semicolon; there may be none between two (RFC 9110, section 5.6.6). */
const PARAMETER = /[ \t]*(?:([\w!#$%&'*+\-.^`|~]+)=(?:"((?:[^"\\]|\\.)*)"|([\w!#$%&'*+\-.^`|~]+))[ \t]*)?(?:;|$)/gy;

/** Whether a Content-Type is JSON in UTF-8. Parameters other than `charset` mean nothing for JSON and are ignored. */
export function isJson(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  const match = JSON_TYPE.exec(contentType);
  if (match === null) return false;
  const parameters = match[1]?.trim() ?? '';
  PARAMETER.lastIndex = 0;
  while (PARAMETER.lastIndex < parameters.length) {
    const parameter = PARAMETER.exec(parameters);
    if (parameter === null) return false;
    const value = parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3];
    if (parameter[1]?.toLowerCase() === 'charset' && value?.toLowerCase() !== 'utf-8') return false;
  }
  return true;
}

function parseJson(bytes: Buffer): JsonBody | Problem {
  if (!isUtf8(bytes)) return NOT_UTF8;
  const text = bytes.toString('utf8');
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
    return { bytes, value };
  } catch {
    return NOT_JSON;
  }
}

const BYTE_ORDER_MARK = 0xfeff;

function readBytes(exchange: Exchange, limit: number): Promise<Buffer | Problem> {
  const { incoming, outgoing, request } = exchange;
  // `Expect: 100-continue`, the only expectation there is: until now the request could be refused unread. HTTP/1.0 knows
  // none, and its clients would take the interim answer for the final one.
  if (exchange.header('expect') !== undefined && incoming?.httpVersion !== '1.0') outgoing?.writeContinue();
  return incoming === undefined ? readWebBody(request, limit) : readNodeBody(exchange, incoming, limit);
}

/**
 * Nearly every body comes in the packet of its head: it is all there once Node's parser has passed it on, a moment before
 * Node calls the request complete.
 */
async function readNodeBody(exchange: Exchange, incoming: IncomingMessage, limit: number): Promise<Buffer | Problem> {
  await undefined;
  const announced = Number(exchange.header('content-length'));
  if (incoming.readableLength !== announced) return readArrivingBody(exchange, incoming, limit);
  const body: Buffer | null = incoming.read();
  // Node keeps a request until its end has been read, too.
  incoming.resume();
  return body ?? EMPTY;
}

/** Reads Node's stream itself: the standard Request has no limit, and builds its own stream. */
function readArrivingBody(exchange: Exchange, incoming: IncomingMessage, limit: number): Promise<Buffer | Problem> {
  return new Promise((resolve) => {
    // One buffer, not a list of pieces: each piece would cost a few hundred bytes more.
    let body: Buffer | undefined;
    let length = 0;
    let refused = false;
    // Charged and allocated as it arrives: anyone can announce a large body.
    const announced = Number(exchange.header('content-length') ?? limit);
    // The rest is read and dropped, so that the client gets to read the answer.
    const refuse = (problem: Problem): void => {
      refused = true;
      body = undefined;
      resolve(problem);
    };
    incoming.on('data', (piece: Buffer) => {
      if (refused) return;
      const needed = length + piece.length;
      if (needed > limit) return refuse(tooLarge(limit));
      if (body === undefined) body = piece;
      else {
        if (needed > body.length) {
          const size = Math.max(needed, Math.min(GROWTH * needed, announced));
          if (!exchange.hold(size)) return refuse(OVERLOADED);
          body = enlarged(body, length, size);
        }
        piece.copy(body, length);
      }
      length = needed;
    });
    incoming.on('end', () => {
      resolve(body?.subarray(0, length) ?? EMPTY);
      // These listeners live as long as the request, which its connection may keep after the answer.
      body = undefined;
    });
    incoming.on('error', () => {
      resolve(BROKEN_OFF);
      body = undefined;
    });
  });
}

/** The growth factor of a full buffer: outgrown buffers stay garbage for a while. */
const GROWTH = 4;

const EMPTY = Buffer.alloc(0);

function enlarged(body: Buffer, length: number, size: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(size);
  body.copy(larger, 0, 0, length);
  return larger;
}

/** The same for requests that did not come through Node's server, as in tests. */
async function readWebBody(request: Request | undefined, limit: number): Promise<Buffer | Problem> {
  if (request === undefined) return EMPTY;
  const bytes = Buffer.from(await request.arrayBuffer());
  return bytes.length > limit ? tooLarge(limit) : bytes;
}
