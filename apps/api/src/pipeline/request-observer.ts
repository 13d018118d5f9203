import type { Exchange } from '../http/exchange.js';

/** Called for every request once it has its answer. */
export type ObserveAnswer = (exchange: Exchange, status: number) => void;

/** Called for every answer to what never reached a route: not HTTP, or no valid target or Host. Nothing is measured. */
export type ObserveUnparsed = (status: number, requestId: string) => void;

/** The observers of requests: log, metrics and traces. */
export interface RequestObserver {
  /** Answers a request in its own async context; absent if no observer needs one. */
  readonly within?: (<Result>(exchange: Exchange, answer: () => Result) => Result) | undefined;
  /** Called once for each route, so that nothing is looked up for each request. */
  readonly ofRoute: (method: string, route: string) => ObserveAnswer;
  readonly unparsed: ObserveUnparsed;
  /** Called with every error behind an answer of 500 and above. */
  readonly failed: (exchange: Exchange, error: unknown, status: number) => void;
}

/** What a server reports: the application reports the rest. */
export type ServerObserver = Pick<RequestObserver, 'unparsed' | 'failed'>;
