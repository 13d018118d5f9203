import type { OtlpProtocol, SamplerConfig, SignalConfig, TelemetryConfig } from './config.js';
import type { Env } from './read-settings.js';

const PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json'];

/**
 * Returns what OpenTelemetry's standard variables ask for. They are not settings of the service, so the specification's
 * rules apply: a wrong value never prevents a start; the log warns and the default applies. The exporters read the rest
 * (headers, compression, timeouts, certificates, resource attributes) themselves, from
 * `process.env`.
 *
 * Off by default: a signal is on if its exporter is `otlp` or an endpoint is set.
 *
 * @param warn called with one sentence, without values, because headers and addresses may hold secrets
 */
export function telemetryConfig(env: Env, warn: (sentence: string) => void): TelemetryConfig {
  const read = reader(env, warn);
  if (read.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return {};
  const traces = signal(read, 'TRACES');
  const metrics = signal(read, 'METRICS');
  const interval = read.number('OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000;
  return {
    ...(traces && {
      traces: {
        ...traces,
        sampler: sampler(read),
        acceptsContext: read.list('OTEL_PROPAGATORS', ['tracecontext']).includes('tracecontext'),
        batch: {
          delay: read.number('OTEL_BSP_SCHEDULE_DELAY') ?? 5_000,
          timeout: read.number('OTEL_BSP_EXPORT_TIMEOUT') ?? 30_000,
          mostWaiting: read.number('OTEL_BSP_MAX_QUEUE_SIZE') ?? 2_048,
          mostAtOnce: read.number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE') ?? 512,
        },
      },
    }),
    ...(metrics && {
      metrics: {
        ...metrics,
        interval,
        timeout: Math.min(read.number('OTEL_METRIC_EXPORT_TIMEOUT') ?? 30_000, interval),
      },
    }),
  };
}

type Reader = ReturnType<typeof reader>;

function reader(env: Env, warn: (sentence: string) => void) {
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  return {
    warn,
    text,
    list: (name: string, whenUnset: readonly string[]): readonly string[] =>
      text(name)
        ?.split(',')
        .map((item) => item.trim()) ?? whenUnset,
    /** A whole number above 0. */
    number(name: string): number | undefined {
      const written = text(name);
      if (written === undefined) return undefined;
      const value = Number(written);
      if (Number.isSafeInteger(value) && value > 0) return value;
      warn(`${name} is no whole number above 0: its default counts.`);
      return undefined;
    },
  };
}

function signal(read: Reader, name: 'TRACES' | 'METRICS'): SignalConfig | undefined {
  if (!isOn(read, name)) return undefined;
  const variable = [`OTEL_EXPORTER_OTLP_${name}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL'].find((each) =>
    read.text(each),
  );
  if (variable === undefined) return { protocol: 'http/protobuf' };
  const protocol = PROTOCOLS.find((each) => each === read.text(variable)?.toLowerCase());
  // Another protocol needs another address: guessing one would only cause errors.
  if (protocol === undefined) read.warn(`${variable} must be ${PROTOCOLS.join(' or ')}: nothing is exported.`);
  return protocol && { protocol };
}

function isOn(read: Reader, name: 'TRACES' | 'METRICS'): boolean {
  const endpoints = [`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT'];
  const endpoint = endpoints.find((variable) => read.text(variable) !== undefined);
  const exporters = read.list(`OTEL_${name}_EXPORTER`, endpoint === undefined ? ['none'] : ['otlp']);
  if (exporters.some((exporter) => exporter !== 'otlp' && exporter !== 'none')) {
    read.warn(`OTEL_${name}_EXPORTER must be otlp or none: other exporters are not available.`);
  }
  if (!exporters.includes('otlp') || exporters.includes('none')) return false;
  if (endpoint === undefined || /^https?:$/.test(URL.parse(read.text(endpoint) ?? '')?.protocol ?? '')) return true;
  read.warn(`${endpoint} is no http or https address: nothing is exported.`);
  return false;
}

const SAMPLERS: Readonly<
  Record<string, SamplerConfig | { readonly followsParent: boolean; readonly ratio: 'argument' }>
> = {
  always_on: { followsParent: false, ratio: 1 },
  always_off: { followsParent: false, ratio: 0 },
  traceidratio: { followsParent: false, ratio: 'argument' },
  parentbased_always_on: { followsParent: true, ratio: 1 },
  parentbased_always_off: { followsParent: true, ratio: 0 },
  parentbased_traceidratio: { followsParent: true, ratio: 'argument' },
};

function sampler(read: Reader): SamplerConfig {
  const name = read.text('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const known = Object.hasOwn(SAMPLERS, name) ? SAMPLERS[name] : undefined;
  if (known === undefined) read.warn(`OTEL_TRACES_SAMPLER must be one of ${Object.keys(SAMPLERS).join(', ')}.`);
  const { followsParent, ratio } = known ?? { followsParent: true, ratio: 1 };
  return { followsParent, ratio: ratio === 'argument' ? argument(read) : ratio };
}

function argument(read: Reader): number {
  const ratio = Number(read.text('OTEL_TRACES_SAMPLER_ARG') ?? 1);
  if (ratio >= 0 && ratio <= 1) return ratio;
  read.warn('OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1: everything is sampled.');
  return 1;
}
