import { expect, test } from 'vitest';
import { createMetrics } from './create-metrics.js';
import { onlyCounts, type Snapshot } from './sum-metrics.js';

/** Metrics of a process that has answered so many requests. */
async function snapshotOf(requests: number, lag = 0): Promise<Snapshot> {
  const metrics = createMetrics();
  const record = metrics.requestRecorder('GET', '/running');
  for (let request = 0; request < requests; request++) record(200, 0.002);
  const snapshot = await metrics.snapshot();
  for (const metric of snapshot)
    if (metric.name === 'nodejs_eventloop_lag_p99_seconds') metric.values = [{ value: lag, labels: {} }];
  // As it arrives at another process.
  return JSON.parse(JSON.stringify(snapshot));
}

function readValue(text: string, name: string): number {
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );
}

const LABELS = 'method="GET",route="/running",status="200"';

test('requests of all processes are added up, bucket by bucket', async () => {
  const text = await createMetrics().renderWith([await snapshotOf(3), await snapshotOf(4)]);
  const bucket = text
    .split('\n')
    .find((line) => line.startsWith('http_request_duration_seconds_bucket{') && line.includes('le="0.0025"'));
  expect(bucket).toMatch(/ 7$/);
  expect(readValue(text, `http_request_duration_seconds_count{${LABELS}}`)).toBe(7);
  expect(readValue(text, `http_request_duration_seconds_sum{${LABELS}}`)).toBeCloseTo(0.014);
  expect(text.match(/^# TYPE http_request_duration_seconds histogram$/gm)).toHaveLength(1);
});

test('of delays the longest counts', async () => {
  const text = await createMetrics().renderWith([await snapshotOf(0, 5), await snapshotOf(0, 7)]);
  expect(readValue(text, 'nodejs_eventloop_lag_p99_seconds')).toBe(7);
});

test('of a process that has ended only its counts stay', async () => {
  const left = onlyCounts(await snapshotOf(2, 9));
  const text = await createMetrics().renderWith([left, await snapshotOf(3)]);
  expect(readValue(text, `http_request_duration_seconds_count{${LABELS}}`)).toBe(5);
  expect(left.map(({ name }) => name)).not.toContain('nodejs_eventloop_lag_p99_seconds');
  expect(left.map(({ name }) => name)).toContain('process_cpu_seconds_total');
});
