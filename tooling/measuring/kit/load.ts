import type { RequestTemplate } from './requests.ts';

/** A load on one server. */
export interface Load {
  readonly templates: readonly RequestTemplate[];
  readonly connections: number;
  /** Whole seconds. */
  readonly seconds: number;
  /** Requests a second, spread evenly; as many as are answered when absent. */
  readonly rate?: number | undefined;
  /** Every so many requests one carries one of these tokens, each once; only without a rate, and with wrk. */
  readonly fresh?: FreshTokens | undefined;
}

export interface FreshTokens {
  readonly every: number;
  /** For the owners in turn. */
  readonly tokens: readonly string[];
  /** This many templates in a row belong to different owners, and the order repeats. */
  readonly owners: number;
}

/** What a load generator counts. */
export interface Counted {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds; at a fixed rate from the moment at which a request was due. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Requests without an answer. */
  readonly failed: number;
  /** Answers with another status than success. */
  readonly refused: number;
}
