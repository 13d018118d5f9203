import { AggregatorRegistry, type PrometheusContentType, type Registry } from 'prom-client';

/** A metric of one process, as it can be sent to another. */
export type MetricSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

/** All metrics of one process. */
export type Snapshot = readonly MetricSnapshot[];

/** How metrics of several processes become one where their sum means nothing; a metric that is not named here is added up. */
const RULES: readonly (readonly [name: RegExp, rule: MetricSnapshot['aggregator']])[] = [
  // The slowest one is what a client may meet.
  [/^nodejs_eventloop_lag/, 'max'],
  [/^process_start_time_seconds$/, 'min'],
  [/^database_replica_usable$/, 'min'],
];

/** Returns a registry with the metrics of several processes added up. */
export function addUp(processes: readonly Snapshot[]): Registry {
  const ruled = processes.map((metrics) => metrics.map((metric) => ({ ...metric, ...ruleOf(metric.name) })));
  return AggregatorRegistry.aggregate<PrometheusContentType>(ruled);
}

function ruleOf(name: string): Partial<MetricSnapshot> {
  const aggregator = RULES.find(([pattern]) => pattern.test(name))?.[1];
  return aggregator === undefined ? {} : { aggregator };
}

/**
 * What a process that has ended leaves behind: a sum that shrank would look to Prometheus like a restart of the whole, and
 * what the others have counted so far would count again.
 */
export function onlyCounts(metrics: Snapshot): Snapshot {
  return metrics.filter(({ type }) => COUNTS.has(String(type)));
}

const COUNTS: ReadonlySet<string> = new Set(['counter', 'histogram']);
