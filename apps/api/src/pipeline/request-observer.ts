import type { Exchange } from '../http/exchange.js';

/** Told of every request once it has its answer. */
export type ObserveAnswer = (exchange: Exchange, status: number) => void;

/** Called for every answer to what never reached a route: no HTTP, or no valid target or Host. Nothing is measured. */
export type ObserveUnparsed = (status: number, requestId: string) => void;

/** Who wants to know of requests: log, metrics and traces. */
export interface RequestObserver {
  /** Runs the answering of a request in an async context of its own; absent where nobody wants that. */
  readonly within?: (<Result>(exchange: Exchange, answer: () => Result) => Result) | undefined;
  /** Asked once for each route, so that nothing is looked up for each request. */
  readonly ofRoute: (method: string, route: string) => ObserveAnswer;
  readonly unparsed: ObserveUnparsed;
  /** Told of every error behind an answer of 500 and above. */
  readonly failed: (exchange: Exchange, error: unknown, status: number) => void;
}
