import type { RequestTemplate } from './requests.ts';

/** A load on one server. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  /** Whole seconds. */
  readonly seconds: number;
  readonly templates: readonly RequestTemplate[];
  /** The number of owners: this many templates in a row belong to different ones, and the order repeats. */
  readonly owners: number;
  /** The varying parts count on from here. */
  readonly firstSerial: number;
  /** For the owners in turn: every so many requests one carries one of them, each once. */
  readonly freshTokens?: readonly string[];
  readonly freshEvery?: number;
  /** For files of the load generator's own. */
  readonly folder: string;
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Requests without an answer. */
  readonly failed: number;
  /** Answers with another status than success. */
  readonly refused: number;
}

export function assertAllAnswered(who: string, { failed, refused, requests }: LoadResult): void {
  if (failed + refused > 0 || requests === 0) {
    throw new Error(`${who}: of ${requests} requests ${failed} got no answer and ${refused} were refused`);
  }
}

let serial = Date.now() % 1000;

/** Where the varying parts of the next load begin, so that no two loads write the same values. */
export function takeSerials(): number {
  serial += 5_000_000;
  return serial % 1_000_000_000;
}
