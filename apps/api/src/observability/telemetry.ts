import type { Exchange } from '../http/exchange.js';
import type { RequestObserver } from '../pipeline/request-observer.js';
import type { DatabaseState } from './metrics/watch-database.js';

/** Called when a database call is made; the function it returns is called when the call has its answer or error. */
export type ObserveCall = (call: { readonly name: string }) => (error?: unknown) => void;

/** Called for every request once it has its answer. @param duration in milliseconds */
export type TellOfAnswer = (exchange: Exchange, status: number, duration: number) => void;

/**
 * Traces and metrics for an OpenTelemetry collector. Nothing here names a package of OpenTelemetry: those are loaded
 * with `otlp/start.ts`, and only if a collector is configured.
 */
export interface Telemetry {
  /** Answers a request within its span; absent if traces are off. */
  readonly within: RequestObserver['within'];
  readonly ofRoute: (method: string, route: string) => TellOfAnswer;
  /** Called with the error behind an answer of 500 and above, before the answer. */
  readonly failed: (error: unknown) => void;
  readonly observeCall: ObserveCall;
  /** Returns the trace ids of the caller's work, for the log; absent if traces are off. */
  readonly traceIds: (() => object) | undefined;
  readonly watchDatabase: (read: () => DatabaseState) => void;
  /** Sets the listener that is called, now and then, while nothing can be exported. */
  readonly onTrouble: (tell: (error: unknown) => void) => void;
  /** Sends the rest. Never fails, but takes long if no one answers: do not wait for it without a limit. */
  readonly stop: () => Promise<void>;
}
