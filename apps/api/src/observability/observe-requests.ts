import type { Exchange } from '../http/exchange.js';
import type { ObserveAnswer, ObserveUnparsed, RequestObserver } from '../pipeline/request-observer.js';
import type { Log } from './logging/create-log.js';
import type { Metrics } from './metrics/create-metrics.js';
import type { Telemetry } from './telemetry.js';

/** At most one warning in so many milliseconds: when the database is down, every request fails for the same reason. */
const QUIET = 1_000;

/** Stands for the route of what was no request. */
const UNPARSED = 'unparsed';

/**
 * Has every answered request counted and logged, and every failure of ours explained in the log.
 *
 * @param telemetry whoever wants to know as well, if anybody
 */
export function observeRequests(log: Log, metrics: Metrics, telemetry: Telemetry | undefined): RequestObserver {
  let warnedAt = Number.NEGATIVE_INFINITY;

  function ofRoute(method: string, route: string): ObserveAnswer {
    const record = metrics.requestRecorder(method, route);
    const write = log.requestWriter(method, route);
    const tell = telemetry?.ofRoute(method, route);
    return (exchange, status) => {
      const duration = performance.now() - exchange.startedAt;
      record(status, duration / 1000);
      write(status, duration, exchange.requestId);
      // Last: it ends the span, whose ids the line has.
      tell?.(exchange, status, duration);
    };
  }

  function ofUnparsed(): ObserveUnparsed {
    const record = metrics.requestRecorder('-', UNPARSED);
    const write = log.requestWriter('-', UNPARSED);
    return (status, requestId) => {
      record(status, 0);
      write(status, 0, requestId);
    };
  }

  function failed({ route, requestId }: Exchange, error: unknown, status: number): void {
    telemetry?.failed(error);
    if (status === 500) {
      log.logger.error({ err: error, route, requestId }, 'a request failed');
      return;
    }
    const now = performance.now();
    if (now - warnedAt < QUIET) return;
    warnedAt = now;
    log.logger.warn({ err: error, route, requestId }, 'a request could not be served; others may not have been either');
  }

  return { within: telemetry?.within, ofRoute, unparsed: ofUnparsed(), failed };
}
