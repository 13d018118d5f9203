import { setGlobalErrorHandler } from '@opentelemetry/core';
import type { TelemetryConfig } from '../../config/config.js';
import { errorType } from '../describe-error.js';
import type { Telemetry } from '../telemetry.js';
import { callObserver } from './calls.js';
import { currentRequest, traceIds } from './current-request.js';
import { watchDatabase, watchProcess } from './gauges.js';
import { meterProvider, resourceOf, tracerProvider } from './providers.js';
import { answerTeller, requestTracer } from './requests.js';

const SCOPE = 'polaris-telemetry';
/** At most one report per this many milliseconds: a collector that is down fails every few seconds. */
const QUIET = 60_000;

/**
 * Starts sending traces and metrics, whichever are on. Spans are made by hand at the service's two seams, a request and a
 * database call; OpenTelemetry's instrumentations would patch modules, cost more and reveal paths and addresses.
 *
 * @param version of the service
 */
export async function startTelemetry(config: TelemetryConfig, version: string): Promise<Telemetry> {
  const resource = resourceOf(version);
  const tracers = config.traces && (await tracerProvider(config.traces, resource));
  const meters = config.metrics && (await meterProvider(config.metrics, resource));
  const tracer = tracers?.getTracer(SCOPE, version);
  const meter = meters?.getMeter(SCOPE, version);
  if (meter !== undefined) watchProcess(meter);

  return {
    within: tracer && requestTracer(tracer, config.traces?.acceptsContext === true),
    ofRoute: answerTeller(meter),
    failed(error) {
      const request = currentRequest.getStore();
      if (request !== undefined) request.errorType = errorType(error);
    },
    observeCall: callObserver(tracer, meter),
    traceIds: tracer && traceIds,
    watchDatabase(read) {
      if (meter !== undefined) watchDatabase(meter, read);
    },
    onTrouble: tellNowAndThen,
    async stop() {
      await Promise.allSettled([tracers?.shutdown(), meters?.shutdown()]);
    },
  };
}

/** The packages' own log is discarded: it names headers and addresses. */
function tellNowAndThen(tell: (error: unknown) => void): void {
  let toldAt = Number.NEGATIVE_INFINITY;
  setGlobalErrorHandler((error) => {
    const now = performance.now();
    if (now - toldAt < QUIET) return;
    toldAt = now;
    tell(error);
  });
}
