import type { Problem } from './generated/operations.schemas.js';

interface Answered {
  readonly status: number;
  readonly problem: Problem | undefined;
  readonly requestId: string | undefined;
}

/** Why a call failed, after as many attempts as make sense. */
export class TelemetryError extends Error {
  override readonly name = 'TelemetryError';
  /** HTTP status of the last answer; undefined if there was none: the connection was lost, or the time ran out. */
  readonly status: number | undefined;
  /** The service’s description of the problem (RFC 9457); undefined if the answer came from elsewhere, such as a proxy. */
  readonly problem: Problem | undefined;
  /** The id of the request in the service’s logs: include it when you report a problem. */
  readonly requestId: string | undefined;

  constructor(message: string, answered?: Answered, options?: ErrorOptions) {
    super(message, options);
    this.status = answered?.status;
    this.problem = answered?.problem;
    this.requestId = answered?.requestId;
  }

  /** Returns the error for an answer, with the content of its body. */
  static ofAnswer({ status, headers }: Response, body: unknown): TelemetryError {
    const problem = isProblem(body) ? body : undefined;
    const requestId = headers.get('x-request-id') ?? undefined;
    return new TelemetryError(problem?.detail ?? `Unexpected answer: ${status}`, { status, problem, requestId });
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'detail' in body && 'status' in body;
}
