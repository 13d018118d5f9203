import type { Problem } from './generated/operations.schemas.js';

interface Answered {
  readonly status: number;
  readonly problem: Problem | undefined;
  readonly requestId: string | undefined;
}

/** Why a call failed, after as many attempts as make sense. */
export class TelemetryError extends Error {
  override readonly name = 'TelemetryError';
  /** HTTP status of the last answer; undefined when there was none: the connection was lost, or the time was up. */
  readonly status: number | undefined;
  /** What the service said is wrong (RFC 9457); undefined when the answer was not the service’s, but a proxy’s for example. */
  readonly problem: Problem | undefined;
  /** The id that the service’s logs know the request by: name it when you report a problem. */
  readonly requestId: string | undefined;

  constructor(message: string, answered?: Answered, options?: ErrorOptions) {
    super(message, options);
    this.status = answered?.status;
    this.problem = answered?.problem;
    this.requestId = answered?.requestId;
  }

  /** The error that an answer of the service stands for, with what its body held. */
  static ofAnswer({ status, headers }: Response, body: unknown): TelemetryError {
    const problem = isProblem(body) ? body : undefined;
    const requestId = headers.get('x-request-id') ?? undefined;
    return new TelemetryError(problem?.detail ?? `Unexpected answer: ${status}`, { status, problem, requestId });
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'detail' in body && 'status' in body;
}
