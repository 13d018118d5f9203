import { beforeEach, expect, test } from 'vitest';
import { createMetrics, type Metrics } from './create-metrics.js';
import { type BuildRatio, watchBuilds } from './watch-builds.js';
import { watchDatabase } from './watch-database.js';

let metrics: Metrics;

beforeEach(() => {
  metrics = createMetrics();
});

async function linesOf(name: string): Promise<string[]> {
  const text = await metrics.render();
  return text.split('\n').filter((line) => line.startsWith(name));
}

test('requests are counted by method, route and status, in cumulative buckets', async () => {
  const record = metrics.requestRecorder('GET', '/x/{id}');
  for (const seconds of [0.001, 0.0011, 0.3, 7]) record(200, seconds);
  record(404, 0.004);
  const labels = 'method="GET",route="/x/{id}",status="200"';
  expect(await linesOf('http_request_duration_seconds')).toEqual(
    expect.arrayContaining([
      `http_request_duration_seconds_bucket{le="0.001",${labels}} 1`,
      `http_request_duration_seconds_bucket{le="0.0025",${labels}} 2`,
      `http_request_duration_seconds_bucket{le="0.25",${labels}} 2`,
      `http_request_duration_seconds_bucket{le="0.5",${labels}} 3`,
      `http_request_duration_seconds_bucket{le="5",${labels}} 3`,
      `http_request_duration_seconds_bucket{le="+Inf",${labels}} 4`,
      `http_request_duration_seconds_sum{${labels}} 7.3021`,
      `http_request_duration_seconds_count{${labels}} 4`,
      'http_request_duration_seconds_count{method="GET",route="/x/{id}",status="404"} 1',
    ]),
  );
});

test('asking for a recorder twice does not make a second series', async () => {
  metrics.requestRecorder('GET', '/x')(200, 1);
  metrics.requestRecorder('GET', '/x')(200, 1);
  expect(await linesOf('http_request_duration_seconds_count')).toEqual([
    'http_request_duration_seconds_count{method="GET",route="/x",status="200"} 2',
  ]);
});

test('the histogram is declared as such', async () => {
  expect(await linesOf('# TYPE http_request')).toEqual(['# TYPE http_request_duration_seconds histogram']);
});

test('process and event loop are measured', async () => {
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
  ]) {
    expect(await linesOf(`${name} `), name).toHaveLength(1);
  }
});

test('gauges are read when the metrics are asked for', async () => {
  let idle = 1;
  watchDatabase(metrics, () => ({
    waiting: 5,
    pipelined: { open: 2, underWay: 4, unsent: 1 },
    pool: { total: 4, idle, waiting: 0 },
    reads: { pool: { total: 2, idle: 0, waiting: 7 }, replicaUsable: idle === 3 },
  }));
  metrics.addGauge({ name: 'open_requests', help: 'x', read: () => idle * 10 });
  idle = 3;
  expect(await linesOf('database_')).toEqual([
    'database_waiting_calls 5',
    'database_pipelined_connections 2',
    'database_pipelined_statements{state="under_way"} 4',
    'database_pipelined_statements{state="unsent"} 1',
    'database_pool_connections{state="total"} 4',
    'database_pool_connections{state="idle"} 3',
    'database_pool_connections{state="waiting"} 0',
    'database_read_connections{state="total"} 2',
    'database_read_connections{state="idle"} 0',
    'database_read_connections{state="waiting"} 7',
    'database_replica_usable 1',
  ]);
  expect(await linesOf('open_requests')).toEqual(['open_requests 30']);
});

test('what a gauge does not report any more is gone', async () => {
  let builds: BuildRatio[] = [
    { what: 'index', name: 'a', ratio: 0.5 },
    { what: 'index', name: 'b', ratio: 1 },
    { what: 'triggers', name: 'b', ratio: 0 },
  ];
  watchBuilds(metrics, () => builds);
  expect(await linesOf('database_index_build')).toHaveLength(2);
  builds = builds.slice(1);
  expect(await linesOf('database_index_build')).toEqual(['database_index_build_progress_ratio{index="b"} 1']);
  expect(await linesOf('database_triggers')).toEqual(['database_triggers_created{triggers="b"} 0']);
});

test('two registries do not share anything', async () => {
  createMetrics().requestRecorder('GET', '/x')(200, 1);
  expect(await linesOf('http_request_duration_seconds_count')).toEqual([]);
});
