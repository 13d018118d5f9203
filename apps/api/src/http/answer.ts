import { pipeline } from 'node:stream';
import type { Exchange } from './exchange.js';
import { PROBLEM_CONTENT_TYPE, Problem, problemBody } from './problem.js';
import { PRIVATE_CACHE_CONTROL, STANDARD_HEADERS } from './standard-headers.js';
import { StreamedBody } from './streamed-body.js';

/** An operation's answer, before the headers common to all answers. */
export interface Answer {
  readonly status: number;
  /** Absent: an answer without content or content type. */
  readonly content?: { readonly type: string; readonly body: string | Uint8Array<ArrayBuffer> | StreamedBody };
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the access was already recorded, in the same transaction as what the answer is about. */
  readonly isAccessRecorded?: boolean;
}

export function json(status: number, value: unknown, headers?: Readonly<Record<string, string>>): Answer {
  return jsonText(status, JSON.stringify(value), headers);
}

export function jsonText(status: number, body: string, headers?: Readonly<Record<string, string>>): Answer {
  const content = { type: 'application/json', body };
  return headers === undefined ? { status, content } : { status, content, headers };
}

/** How an answer leaves: as the Response that Hono expects, or straight through Node. */
export type Respond<Sent> = (
  exchange: Exchange,
  answer: Answer | Problem,
  /** Whether only the caller may cache it: the operation requires a token. */
  isPrivate?: boolean,
  /** Called when a streamed body fails. */
  onFailure?: (error: unknown) => void,
) => Sent;

/**
 * Returns the Response of an answer. Its headers stay a plain object, which node-server passes on as it is; a `Headers`
 * would be built and taken apart again.
 */
export const respond: Respond<Response> = (exchange, answer, isPrivate = false, onFailure = () => {}) => {
  const { status, headers, body } = messageOf(exchange, answer, isPrivate);
  return new Response(body instanceof StreamedBody ? body.open(onFailure) : body, { status, headers });
};

/** Writes an answer to Node's response: a Response in between costs a sixth of the whole request. */
export const sendThroughNode: Respond<void> = (exchange, answer, isPrivate = false, onFailure = () => {}) => {
  const { outgoing } = exchange;
  const { status, headers, body } = messageOf(exchange, answer, isPrivate);
  if (body !== null && !(body instanceof StreamedBody)) headers['Content-Length'] = String(Buffer.byteLength(body));
  outgoing?.writeHead(status, headers);
  if (body instanceof StreamedBody) {
    if (outgoing !== undefined) pipeline(body.open(onFailure), outgoing, () => {});
  } else if (body === null) outgoing?.end();
  else outgoing?.end(body);
};

interface Message {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer> | StreamedBody | null;
}

function messageOf(exchange: Exchange, answer: Answer | Problem, isPrivate: boolean): Message {
  const { status, content, headers } = answer instanceof Problem ? answerOf(answer, exchange.requestId) : answer;
  const all: Record<string, string> = {
    'X-Request-ID': exchange.requestId,
    'Cache-Control': isPrivate ? PRIVATE_CACHE_CONTROL : STANDARD_HEADERS['Cache-Control'],
    Pragma: STANDARD_HEADERS.Pragma,
    Expires: STANDARD_HEADERS.Expires,
    'X-Content-Type-Options': STANDARD_HEADERS['X-Content-Type-Options'],
  };
  if (headers !== undefined) Object.assign(all, headers);
  if (content === undefined) {
    // 204 and 304 have no length; Node would send anything else in chunks.
    if (status !== 204 && status !== 304) all['Content-Length'] = '0';
    return { status, headers: all, body: null };
  }
  all['Content-Type'] = content.type;
  if (exchange.method !== 'HEAD') return { status, headers: all, body: content.body };
  // The headers of GET and nothing else; the length of what is streamed is unknown.
  if (!(content.body instanceof StreamedBody)) all['Content-Length'] = String(Buffer.byteLength(content.body));
  return { status, headers: all, body: null };
}

function answerOf(problem: Problem, requestId: string): Answer {
  const content = { type: PROBLEM_CONTENT_TYPE, body: problemBody(problem, requestId) };
  return problem.headers === undefined
    ? { status: problem.status, content }
    : { status: problem.status, content, headers: problem.headers };
}
