import { type Attributes, type Meter, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { errorType } from '../describe-error.js';
import type { ObserveCall } from '../telemetry.js';
import { currentRequest } from './current-request.js';

/** Upper bounds in seconds, as the semantic conventions advise. */
const BOUNDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/**
 * Returns the observer of database calls: each call is a span of its request, from the call to its answer, waiting
 * included. The span carries the statement's name, never its values or its text.
 *
 * @param tracer absent if traces are off
 * @param meter absent if metrics are off
 */
export function callObserver(tracer: Tracer | undefined, meter: Meter | undefined): ObserveCall {
  const durations = meter?.createHistogram('db.client.operation.duration', {
    description: 'Duration of database client operations.',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDS },
  });
  const byName = new Map<string, Attributes>();

  function attributesOf(name: string): Attributes {
    let attributes = byName.get(name);
    if (attributes === undefined) {
      attributes = { 'db.system.name': 'postgresql', 'db.query.summary': name };
      byName.set(name, attributes);
    }
    return attributes;
  }

  return ({ name }) => {
    const startedAt = performance.now();
    const attributes = attributesOf(name);
    const request = currentRequest.getStore();
    const span = request && tracer?.startSpan(name, { kind: SpanKind.CLIENT, attributes }, request.context);
    return (error) => {
      const failure = error === undefined ? undefined : { 'error.type': errorType(error) };
      durations?.record((performance.now() - startedAt) / 1000, failure ? { ...attributes, ...failure } : attributes);
      if (span === undefined) return;
      if (failure !== undefined) span.setAttributes(failure).setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
  };
}
