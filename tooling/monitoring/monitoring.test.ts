import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Log } from '../../apps/api/src/observability/logging/create-log.js';
import { createMetrics } from '../../apps/api/src/observability/metrics/create-metrics.js';
import { watchBuilds } from '../../apps/api/src/observability/metrics/watch-builds.js';
import { watchDatabase } from '../../apps/api/src/observability/metrics/watch-database.js';
import { watchWorkers } from '../../apps/api/src/observability/metrics/watch-workers.js';
import { keepFleet } from '../../apps/api/src/process/keep-fleet.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(checkout, 'docs/monitoring');
const read = (path: string) => readFileSync(join(checkout, path), 'utf8');
const rules = read('docs/monitoring/alerts.yaml');
const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}
const dashboard = JSON.parse(read('docs/monitoring/grafana-dashboard.json')) as Dashboard;
const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** What promtool prints; throws with it when promtool is not content. */
function promtool(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
  return stdout + stderr;
}

it('has alert rules and a scrape configuration that Prometheus accepts', () => {
  expect(promtool('check', 'config', 'prometheus.yaml')).toContain(`${alerts.length} rules found`);
});

it('raises each alert when it should and not otherwise', () => {
  expect(promtool('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS');
  const tests = read('docs/monitoring/alerts.test.yaml');
  const raised = new Set([...tests.matchAll(/alertname: (\w+)\n\s+exp_alerts/g)].map(([, name]) => name));
  expect([...raised].toSorted()).toEqual(alerts.toSorted());
});

it('has a runbook for each alert', () => {
  const headings = [...read('docs/operating.md').matchAll(/^#+ (Telemetry\w+)$/gm)].map(([, name]) => name);
  expect(headings.toSorted()).toEqual(alerts.toSorted());
  for (const name of alerts) expect(rules).toContain(`runbook: docs/operating.md#${name.toLowerCase()}\n`);
});

it('shows a dashboard of queries that Prometheus understands', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'monitoring-'));
  onTestFinished(() => rmSync(temporary, { recursive: true }));
  const asRules = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
  const file = join(temporary, 'queries.yaml');
  // Every JSON text is YAML.
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules: asRules }] }));
  expect(promtool('check', 'rules', file)).toContain(`${queries.length} rules found`);
});

it('queries only existing metrics', async () => {
  const metrics = createMetrics();
  watchDatabase(metrics, () => ({
    waiting: 0,
    pipelined: { open: 0, underWay: 0, unsent: 0 },
    reads: { pool: { total: 0, idle: 0, waiting: 0 }, replicaUsable: true },
    pool: { total: 0, idle: 0, waiting: 0 },
  }));
  watchBuilds(metrics, () => [
    { what: 'index', name: 'mobile_latest', ratio: 1 },
    { what: 'triggers', name: 'mobile_revision', ratio: 1 },
  ]);
  watchWorkers(metrics, () => ({ wanted: 2, serving: 2 }));
  const logger = { info() {}, warn() {}, error() {} } as unknown as Log['logger'];
  await keepFleet({ fold: async () => {} }, metrics, { logger }, AbortSignal.abort());
  metrics.requestRecorder('GET', '/running')(200, 0.001);
  const known = [...(await metrics.render()).matchAll(/^(\w+)[{ ]/gm)].map(([, name]) => name);
  // `up` is Prometheus' own.
  const asked = [...rules.matchAll(/\b(\w+)\{job=/g), ...queries.join('\n').matchAll(/\b(\w+)\{job=/g)]
    .map(([, name]) => name)
    .filter((name) => name !== 'up');
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((name) => !known.includes(name))).toEqual([]);
});
