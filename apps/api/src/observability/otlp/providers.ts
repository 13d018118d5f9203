import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { MetricsConfig, SamplerConfig, SignalConfig, TracesConfig } from '../../config/config.js';

/** The sender: name and version of the service, an id of the process, and OTEL_RESOURCE_ATTRIBUTES. */
export function resourceOf(version: string): Resource {
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'polaris-telemetry', 'service.version': version }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
}

export async function tracerProvider(config: TracesConfig, resource: Resource): Promise<TracerProvider> {
  const { delay, timeout, mostWaiting, mostAtOnce } = config.batch;
  const processor = new BatchSpanProcessor({
    exporter: await spanExporter(config),
    scheduledDelayMillis: delay,
    exportTimeoutMillis: timeout,
    maxQueueSize: mostWaiting,
    maxExportBatchSize: Math.min(mostAtOnce, mostWaiting),
  });
  return new TracerProvider({ resource, sampler: samplerOf(config.sampler), spanProcessors: [processor] });
}

export async function meterProvider(config: MetricsConfig, resource: Resource): Promise<MeterProvider> {
  const reader = new PeriodicExportingMetricReader({
    exporter: await metricExporter(config),
    exportIntervalMillis: config.interval,
    exportTimeoutMillis: config.timeout,
  });
  return new MeterProvider({ resource, readers: [reader] });
}

function samplerOf({ followsParent, ratio }: SamplerConfig): Sampler {
  const root = new TraceIdRatioBasedSampler(ratio);
  return followsParent ? new ParentBasedSampler({ root }) : root;
}

// The exporters read the rest of OTEL_EXPORTER_OTLP_… from process.env themselves.

async function spanExporter({ protocol }: SignalConfig): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await (protocol === 'http/json'
    ? import('@opentelemetry/exporter-trace-otlp-http')
    : import('@opentelemetry/exporter-trace-otlp-proto'));
  return new OTLPTraceExporter();
}

async function metricExporter({ protocol }: SignalConfig): Promise<PushMetricExporter> {
  const { OTLPMetricExporter } = await (protocol === 'http/json'
    ? import('@opentelemetry/exporter-metrics-otlp-http')
    : import('@opentelemetry/exporter-metrics-otlp-proto'));
  return new OTLPMetricExporter();
}
