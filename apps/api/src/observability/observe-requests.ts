import type { Exchange } from '../http/exchange.js';
import type { ObserveAnswer, ObserveUnparsed, RequestObserver } from '../pipeline/request-observer.js';
import type { Log } from './logging/create-log.js';
import type { Metrics } from './metrics/create-metrics.js';
import type { Telemetry } from './telemetry.js';

/** At most one warning per this many milliseconds: when the database is down, every request fails for the same reason. */
const QUIET = 1_000;

/** The route recorded for what was not a request. */
const UNPARSED = 'unparsed';

/**
 * Counts and logs every answered request, and explains every failure of ours in the log.
 *
 * @param telemetry another observer, if there is one
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
      // Last: it ends the span, whose ids the line carries.
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
    log.logger.warn({ err: error, route, requestId }, 'a request could not be served; others may have failed too');
  }

  return { within: telemetry?.within, ofRoute, unparsed: ofUnparsed(), failed };
}
