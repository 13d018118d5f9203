import { STATUS_CODES } from 'node:http';

/** One fault of a request. */
export interface InputFault {
  /** JSON pointer (RFC 6901) to the value within the thing the detail names; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** More faults than anyone reads; a body of a megabyte can have a hundred thousand. */
export const MOST_FAULTS = 100;

/**
 * An answer that says what went wrong. Steps return it as a value instead of throwing an Error: refusals are ordinary, and
 * a stack trace costs more than the refusal.
 */
export class Problem {
  readonly status: number;
  /** Safe to show to the sender of the request; never from a library or the database. */
  readonly detail: string;
  readonly faults: readonly InputFault[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    status: number,
    detail: string,
    more: { faults?: readonly InputFault[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    this.status = status;
    this.detail = detail;
    this.faults = more.faults?.slice(0, MOST_FAULTS);
    this.headers = more.headers;
  }
}

/** Returns one problem for a request with several invalid parts, with all their faults. */
export function invalid(...parts: readonly unknown[]): Problem {
  const problems = parts.filter((part) => part instanceof Problem);
  const [first, second] = problems;
  if (first !== undefined && second === undefined) return first;
  return new Problem(400, 'The request is not valid.', { faults: problems.flatMap(({ faults }) => faults ?? []) });
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

const bodies = new WeakMap<Problem, string>();

/**
 * The body of a problem (RFC 9457), with the members of the two older shapes that clients read: `message`, `errors`.
 * Most problems are constants, and in an overload they are most of the answers, so their bodies are made once. Only a
 * fault of our own names the request, so that we can help the person who reports it.
 */
export function problemBody(problem: Problem, requestId: string): string {
  if (problem.status === 500) return write(problem, { request_id: requestId });
  let body = bodies.get(problem);
  if (body === undefined) {
    body = write(problem);
    bodies.set(problem, body);
  }
  return body;
}

function write({ status, detail, faults }: Problem, more: object = {}): string {
  const title = STATUS_CODES[status] ?? 'Error';
  const errors = faults === undefined ? {} : { errors: faults };
  return JSON.stringify({ type: 'about:blank', title, status, detail, message: detail, ...errors, ...more });
}
