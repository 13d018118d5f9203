import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Span } from '@opentelemetry/api';

/** A request that is being answered, in a trace. */
export interface TracedRequest {
  readonly span: Span;
  /** What the spans of its calls belong to. */
  readonly context: Context;
  /** What the span tells of the error behind the answer. */
  errorType?: string;
  /**
   * What the log tells. Gone once the request has its answer: connections and timers that it happened to open live on
   * in its async context.
   */
  ids: { readonly trace_id: string; readonly span_id: string } | undefined;
}

/**
 * The request that the running code works for. Node's own storage, without OpenTelemetry's context manager around it:
 * nothing else in this process makes spans.
 */
export const currentRequest = new AsyncLocalStorage<TracedRequest>();

const NONE = {};

export function traceIds(): object {
  return currentRequest.getStore()?.ids ?? NONE;
}
