import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type RecordRequest, RequestDurations } from './request-durations.js';
import { addUp, type Snapshot } from './sum-metrics.js';

/** A number that is read when the metrics are requested. */
export interface GaugeSource {
  /** Prometheus name, with its unit. */
  readonly name: string;
  /** One line for people. */
  readonly help: string;
  /** Name of the label that distinguishes several values; absent for a single value. */
  readonly label?: string;
  /** The value, or one value per value of the label. */
  readonly read: () => number | Iterable<readonly [label: string, value: number]>;
}

/** The metrics of the process. */
export interface Metrics {
  /** Content type of the result of `render`. */
  readonly contentType: string;
  /** All metrics in Prometheus' text format. */
  readonly render: () => Promise<string>;
  /** All metrics, for another process to add up. */
  readonly snapshot: () => Promise<Snapshot>;
  /** The same text with the metrics of other processes added. */
  readonly renderWith: (others: readonly Snapshot[]) => Promise<string>;
  /**
   * Returns the function that counts the requests of one method and route pattern in `http_request_duration_seconds`. Call
   * it once for each route and keep the result.
   */
  readonly requestRecorder: (method: string, route: string) => RecordRequest;
  readonly addGauge: (source: GaugeSource) => void;
}

/** Returns the registry, with the metrics of the process and event loop (`nodejs_eventloop_lag_p99_seconds` and others). */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new RequestDurations(registry);

  function addGauge({ name, help, label, read }: GaugeSource): void {
    new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
      collect() {
        const value = read();
        if (typeof value === 'number') {
          this.set(value);
          return;
        }
        // Values no longer reported must not stay.
        this.reset();
        for (const [labelValue, labelled] of value) this.labels(labelValue).set(labelled);
      },
    });
  }

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
    renderWith: async (others) => addUp([...others, await registry.getMetricsAsJSON()]).metrics(),
    requestRecorder: (method, route) => durations.recorder(method, route),
    addGauge,
  };
}
