import { TelemetryError } from '@polaris-telemetry/client';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** What a page shows instead of its content when the API refused or failed. */
export class Trouble {
  readonly status: ContentfulStatusCode;
  readonly content: Child;

  constructor(status: ContentfulStatusCode, content: Child) {
    this.status = status;
    this.content = content;
  }

  /** Returns what to show for a failed call; undefined if the fault is ours. */
  static of(error: unknown): Trouble | undefined {
    if (!(error instanceof TelemetryError)) return undefined;
    const { status, problem, requestId } = error;
    const detail = problem?.detail ?? (status === undefined ? error.message : undefined);
    if (status === 401) {
      return new Trouble(
        401,
        <p>
          Your sign-in has ended, or the service does not accept it. <a href="sign-in">Sign in again</a>
        </p>,
      );
    }
    if (status === 403)
      return new Trouble(403, <p>Your sign-in does not let you see this. The service says: {detail}</p>);
    if (status === 404) return new Trouble(404, <p>There is no such record. It may have been erased.</p>);
    if (status === 400)
      return new Trouble(400, <p class="fault">The address asks for something that cannot be: {detail}</p>);
    const reference = requestId === undefined ? '' : ` Quote ${requestId} when you report it.`;
    return new Trouble(
      503,
      <p>
        The service cannot answer this right now{detail === undefined ? '.' : `: ${detail}`}
        {reference} Try again in a little while.
      </p>,
    );
  }
}
