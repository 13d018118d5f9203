import type { Exchange } from '../http/exchange.js';
import type { RequestObserver } from '../pipeline/request-observer.js';
import type { DatabaseState } from './metrics/create-metrics.js';

/** Told of each call of the database when it is made; what it returns is called when the call has its answer or error. */
export type ObserveCall = (call: { readonly name: string }) => (error?: unknown) => void;

/** Told of every request once it has its answer. @param duration in milliseconds */
export type TellOfAnswer = (exchange: Exchange, status: number, duration: number) => void;

/**
 * Traces and metrics for an OpenTelemetry collector. Nothing here names a package of OpenTelemetry's: those are loaded
 * with `otlp/start.ts`, and only when a collector is configured.
 */
export interface Telemetry {
  /** Runs the answering of a request within its span; absent when traces are off. */
  readonly within: RequestObserver['within'];
  readonly ofRoute: (method: string, route: string) => TellOfAnswer;
  /** Told of the error behind an answer of 500 and above, before the answer. */
  readonly failed: (error: unknown) => void;
  readonly observeCall: ObserveCall;
  /** Ids of the trace that the caller's work belongs to, for the log; absent when traces are off. */
  readonly traceIds: (() => object) | undefined;
  readonly watchDatabase: (read: () => DatabaseState) => void;
  /** Sets who is told, now and then, that nothing can be exported. */
  readonly onTrouble: (tell: (error: unknown) => void) => void;
  /** Sends what is left. Never fails, but takes long when nobody answers: do not wait for it without a limit. */
  readonly stop: () => Promise<void>;
}
