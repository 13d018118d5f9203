import { describe, expect, test } from 'vitest';
import type { TelemetryConfig } from './config.js';
import { telemetryConfig } from './telemetry-config.js';

function read(env: Record<string, string>): { readonly config: TelemetryConfig; readonly warnings: string[] } {
  const warnings: string[] = [];
  return { config: telemetryConfig(env, (sentence) => warnings.push(sentence)), warnings };
}

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('which signals are on', () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    ['nothing is set', {}, []],
    ['only what the SDK reads is set', { OTEL_SERVICE_NAME: 'x', OTEL_RESOURCE_ATTRIBUTES: 'a=b' }, []],
    ['an endpoint for both', ENDPOINT, ['traces', 'metrics']],
    ['an endpoint that is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, []],
    ['an endpoint for traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/t' }, ['traces']],
    ['an endpoint for metrics', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://c/m' }, ['metrics']],
    ['an exporter, at the default endpoint', { OTEL_TRACES_EXPORTER: 'otlp' }, ['traces']],
    ['no exporter for one', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, ['metrics']],
    ['disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE', OTEL_METRICS_EXPORTER: 'otlp' }, []],
    ['not disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'false' }, ['traces', 'metrics']],
  ])('%s', (_name, env, expected) => {
    const { config, warnings } = read(env);
    expect(Object.keys(config)).toEqual(expected);
    expect(warnings).toEqual([]);
  });
});

test('the defaults are those of the specification', () => {
  expect(read(ENDPOINT).config).toEqual({
    traces: {
      protocol: 'http/protobuf',
      sampler: { followsParent: true, ratio: 1 },
      acceptsContext: true,
      batch: { delay: 5_000, timeout: 30_000, mostWaiting: 2_048, mostAtOnce: 512 },
    },
    metrics: { protocol: 'http/protobuf', interval: 60_000, timeout: 30_000 },
  });
});

test('what is set counts, that of a signal more than that of both', () => {
  const { config, warnings } = read({
    ...ENDPOINT,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    OTEL_PROPAGATORS: 'baggage, b3',
    OTEL_BSP_SCHEDULE_DELAY: '1',
    OTEL_BSP_EXPORT_TIMEOUT: '2',
    OTEL_BSP_MAX_QUEUE_SIZE: '3',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
    OTEL_METRIC_EXPORT_INTERVAL: '5',
    OTEL_METRIC_EXPORT_TIMEOUT: '6',
  });
  expect(config).toEqual({
    traces: {
      protocol: 'http/json',
      sampler: { followsParent: true, ratio: 1 },
      acceptsContext: false,
      batch: { delay: 1, timeout: 2, mostWaiting: 3, mostAtOnce: 4 },
    },
    // The SDK refuses to wait for longer than the interval.
    metrics: { protocol: 'http/protobuf', interval: 5, timeout: 5 },
  });
  expect(warnings).toEqual([]);
});

test.each([
  ['always_on', '0.5', { followsParent: false, ratio: 1 }],
  ['always_off', '0.5', { followsParent: false, ratio: 0 }],
  ['traceidratio', '0.5', { followsParent: false, ratio: 0.5 }],
  ['traceidratio', '', { followsParent: false, ratio: 1 }],
  ['parentbased_always_on', '0.5', { followsParent: true, ratio: 1 }],
  ['parentbased_always_off', '0.5', { followsParent: true, ratio: 0 }],
  ['parentbased_traceidratio', '0.25', { followsParent: true, ratio: 0.25 }],
])('sampler %s %s', (sampler, argument, expected) => {
  const { config, warnings } = read({
    ...ENDPOINT,
    OTEL_TRACES_SAMPLER: sampler,
    OTEL_TRACES_SAMPLER_ARG: argument,
  });
  expect(config.traces?.sampler).toEqual(expected);
  expect(warnings).toEqual([]);
});

describe('what is wrong is warned of, without its value, and never refused', () => {
  test.each<[Record<string, string>, readonly string[], string]>([
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc-secret' }, ['metrics'], 'TRACES_PROTOCOL'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector-secret:4318' }, [], 'TRACES_ENDPOINT'],
    [{ ...ENDPOINT, OTEL_METRICS_EXPORTER: 'secret' }, ['traces'], 'METRICS_EXPORTER'],
    [{ ...ENDPOINT, OTEL_TRACES_SAMPLER: 'constructor' }, ['traces', 'metrics'], 'TRACES_SAMPLER'],
    [
      { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.1' },
      ['traces', 'metrics'],
      'SAMPLER_ARG',
    ],
    [{ ...ENDPOINT, OTEL_BSP_SCHEDULE_DELAY: 'secret' }, ['traces', 'metrics'], 'OTEL_BSP_SCHEDULE_DELAY'],
    [{ ...ENDPOINT, OTEL_METRIC_EXPORT_INTERVAL: '0' }, ['traces', 'metrics'], 'OTEL_METRIC_EXPORT_INTERVAL'],
  ])('%o', (env, on, named) => {
    const { config, warnings } = read(env);
    expect(Object.keys(config)).toEqual(on);
    expect(warnings).toEqual([expect.stringContaining(named)]);
    expect(warnings.join()).not.toContain('secret');
    // The default applies: the requested sampler samples everything.
    if (config.traces) expect(config.traces.sampler.ratio).toBe(1);
    if (config.traces) expect(config.traces.batch).toEqual(read(ENDPOINT).config.traces?.batch);
  });
});
