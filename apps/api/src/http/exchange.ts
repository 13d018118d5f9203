import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Holding, type MemoryBudget, SMALL } from './memory-budget.js';
import type { PathPattern } from './path-pattern.js';
import { rawQuery } from './raw-path.js';
import type { Received } from './received.js';
import { sentRequestId } from './request-id.js';

/**
 * One request while it is answered. Headers come from Node's own parsed ones if there are any: the standard `Headers`
 * costs several times as much. Both join repeated headers with a comma, as RFC 9110 says.
 */
export class Exchange {
  readonly request: Request | undefined;
  readonly incoming: IncomingMessage | undefined;
  readonly outgoing: ServerResponse | undefined;
  readonly method: string;
  /** The path as sent, without the query: nothing decoded, nothing normalised. */
  readonly path: string;
  readonly #pattern: PathPattern;
  readonly requestId: string;
  /** Whether this service made the request id, so that it is no one's choice. */
  readonly isRequestIdOurs: boolean;
  /** Milliseconds on the monotonic clock. */
  readonly startedAt = performance.now();
  readonly #memory: MemoryBudget | undefined;
  #holding: Holding | undefined;
  readonly #headers: Readonly<Record<string, string | string[] | undefined>>;

  constructor({ method, path, request, incoming, outgoing, memory }: Received, pattern: PathPattern) {
    this.request = request;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.#memory = memory;
    this.method = method;
    this.path = path;
    this.#pattern = pattern;
    this.#headers = incoming?.headers ?? Object.fromEntries(request?.headers ?? []);
    const sent = sentRequestId(this);
    this.requestId = sent ?? randomUUID();
    this.isRequestIdOurs = sent === undefined;
  }

  /** The route's pattern. Logs and metrics may name it, because it holds no ids of people. */
  get route(): string {
    return this.#pattern.text;
  }

  /** The query string as sent, without its question mark; empty if there is none. */
  get query(): string {
    return rawQuery(this.incoming?.url ?? this.request?.url ?? '');
  }

  /** The person whom the body names, once it is read. */
  personInBody: string | undefined;

  /** Returns a parameter of the path, decoded; undefined if its percent-encoding is broken. */
  parameter(name: string): string | undefined {
    return this.#pattern.parameterOf(this.path, name);
  }

  /**
   * Charges the total memory that this request makes the process hold; nothing if it is small.
   *
   * @returns false if there is no room for it
   */
  hold(bytes: number): boolean {
    if (bytes <= SMALL || this.#memory === undefined || this.outgoing === undefined) return true;
    this.#holding ??= new Holding(this.#memory, this.outgoing);
    return this.#holding.atLeast(bytes);
  }

  /** The work is done: what is still held is held for the answer alone. */
  answered(): void {
    this.#holding?.end();
  }

  /** @param name in lower case */
  header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** Every header as received, names in lower case. */
  get headers(): Readonly<Record<string, string | string[] | undefined>> {
    return this.#headers;
  }
}
