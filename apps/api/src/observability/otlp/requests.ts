import {
  type Attributes,
  type Context,
  defaultTextMapGetter,
  type Meter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Exchange } from '../../http/exchange.js';
import type { TellOfAnswer } from '../telemetry.js';
import { currentRequest, type TracedRequest } from './current-request.js';

/** Methods known to the semantic conventions; any other is reported as `_OTHER`, because clients may invent anything. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/** Upper bounds in seconds, as the semantic conventions advise. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Returns the function that answers a request within its span. The span carries only the route's pattern: no path
 * (`url.path` holds ids of people), no query, no address, no header.
 *
 * @param acceptsContext whether a request may supply the trace it belongs to
 */
export function requestTracer(tracer: Tracer, acceptsContext: boolean) {
  const propagator = new W3CTraceContextPropagator();
  const parentOf = ({ headers }: Exchange): Context =>
    acceptsContext && headers['traceparent'] !== undefined
      ? // Without `tracestate`: a text from the client that each span would carry.
        propagator.extract(ROOT_CONTEXT, { traceparent: headers['traceparent'] }, defaultTextMapGetter)
      : ROOT_CONTEXT;

  return <Result>(exchange: Exchange, answer: () => Result): Result => {
    const attributes = attributesOf(exchange.method, exchange.route);
    const method = attributes['http.request.method'] === '_OTHER' ? 'HTTP' : exchange.method;
    const name = isPattern(exchange.route) ? `${method} ${exchange.route}` : method;
    const parent = parentOf(exchange);
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    const { traceId, spanId } = span.spanContext();
    const ids = { trace_id: traceId, span_id: spanId };
    return currentRequest.run({ span, context: trace.setSpan(parent, span), ids }, answer);
  };
}

/**
 * Returns the observer of answers: it counts them and ends their spans.
 *
 * @param meter absent if metrics are off
 */
export function answerTeller(meter: Meter | undefined): (method: string, route: string) => TellOfAnswer {
  const durations = meter?.createHistogram('http.server.request.duration', {
    description: 'Duration of HTTP server requests.',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDS },
  });
  return (method, route) => {
    const byStatus = new Map<number, Attributes>();
    const ofStatus = (status: number): Attributes => {
      let attributes = byStatus.get(status);
      if (attributes === undefined) {
        const error = status >= 500 ? { 'error.type': String(status) } : {};
        attributes = { ...attributesOf(method, route), 'http.response.status_code': status, ...error };
        byStatus.set(status, attributes);
      }
      return attributes;
    };
    return (_exchange, status, duration) => {
      durations?.record(duration / 1000, ofStatus(status));
      const request = currentRequest.getStore();
      if (request !== undefined) end(request, status);
    };
  };
}

function end(request: TracedRequest, status: number): void {
  const { span, errorType = String(status) } = request;
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) {
    span.setAttribute('error.type', errorType);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
  request.ids = undefined;
}

function attributesOf(method: string, route: string): Attributes {
  const known = {
    'http.request.method': METHODS.has(method) ? method : '_OTHER',
    // TLS ends in front of the service, and anyone can claim what a proxy claims about it.
    'url.scheme': 'http',
  };
  return isPattern(route) ? { ...known, 'http.route': route } : known;
}

/** A request for no operation has a word in place of a pattern. */
function isPattern(route: string): boolean {
  return route.startsWith('/');
}
