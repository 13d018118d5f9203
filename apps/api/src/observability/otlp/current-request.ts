import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Span } from '@opentelemetry/api';

/** A request being answered, as part of a trace. */
export interface TracedRequest {
  readonly span: Span;
  /** The parent of its calls' spans. */
  readonly context: Context;
  /** The span's description of the error behind the answer. */
  errorType?: string;
  /**
   * The trace ids for the log. Cleared once the request has its answer: connections and timers that it happened to open live
   * on in its async context.
   */
  ids: { readonly trace_id: string; readonly span_id: string } | undefined;
}

/**
 * The request that the running code works for. Uses Node's own storage, without OpenTelemetry's context manager: nothing
 * else in this process makes spans.
 */
export const currentRequest = new AsyncLocalStorage<TracedRequest>();

const NONE = {};

export function traceIds(): object {
  return currentRequest.getStore()?.ids ?? NONE;
}
