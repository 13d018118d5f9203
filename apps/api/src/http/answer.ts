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
  readonly isKept?: boolean;
}

export function json(status: number, value: unknown, headers?: Readonly<Record<string, string>>): Answer {
  return jsonText(status, JSON.stringify(value), headers);
}

export function jsonText(status: number, body: string, headers?: Readonly<Record<string, string>>): Answer {
  const content = { type: 'application/json', body };
  return headers === undefined ? { status, content } : { status, content, headers };
}

/**
 * Returns the Response of an answer. Its headers stay a plain object, which node-server passes on as it is; a `Headers`
 * would be built and taken apart again.
 *
 * @param isPrivate whether only the caller may cache it: the operation requires a token
 * @param onCut called when a streamed body cannot go on
 */
export function respond(
  exchange: Exchange,
  answer: Answer | Problem,
  isPrivate = false,
  onCut: (error: unknown) => void = () => {},
): Response {
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
    return new Response(null, { status, headers: all });
  }
  all['Content-Type'] = content.type;
  if (content.body instanceof StreamedBody) {
    // Its length is unknown.
    const body = exchange.method === 'HEAD' ? null : content.body.open(onCut);
    return new Response(body, { status, headers: all });
  }
  if (exchange.method !== 'HEAD') return new Response(content.body, { status, headers: all });
  // The headers of GET and nothing else: Hono and Node drop the body along with its length.
  all['Content-Length'] = String(Buffer.byteLength(content.body));
  return new Response(null, { status, headers: all });
}

function answerOf(problem: Problem, requestId: string): Answer {
  const content = { type: PROBLEM_CONTENT_TYPE, body: problemBody(problem, requestId) };
  return problem.headers === undefined
    ? { status: problem.status, content }
    : { status: problem.status, content, headers: problem.headers };
}
