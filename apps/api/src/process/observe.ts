import type { Config } from '../config/config.js';
import { createLog, type Log } from '../observability/logging/create-log.js';
import { createMetrics, type Metrics } from '../observability/metrics/create-metrics.js';
import type { Telemetry } from '../observability/telemetry.js';
import { readVersion } from '../routes/version.js';

/** What a process that serves says of itself. */
export interface Observing {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly telemetry: Telemetry | undefined;
}

/** Starts log, metrics and telemetry, as the configuration wants them. */
export async function observe(config: Config): Promise<Observing> {
  const telemetry = await telemetryOf(config);
  const log = await createLog(config.log, telemetry?.traceIds ? { mixin: telemetry.traceIds } : {});
  // However the process ends: lines are buffered in memory.
  process.once('exit', log.flush);
  telemetry?.onTrouble((error) => log.logger.warn({ err: error }, 'traces or metrics could not be sent'));
  const metrics = createMetrics();
  metrics.addGauge({
    name: 'log_lines_dropped',
    help: 'Log lines dropped because no one reads the log.',
    read: log.droppedLines,
  });
  return { log, metrics, telemetry };
}

/** Loaded on demand: its packages take time and memory. */
async function telemetryOf({ telemetry }: Config): Promise<Telemetry | undefined> {
  if (telemetry.traces === undefined && telemetry.metrics === undefined) return undefined;
  const { startTelemetry } = await import('../observability/otlp/start.js');
  return startTelemetry(telemetry, readVersion().version);
}
