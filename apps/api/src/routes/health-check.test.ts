import type { ProbeResult } from '@polaris-telemetry/domain';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Lifecycle } from '../pipeline/lifecycle.js';
import { HealthCheck } from './health-check.js';

const results = (passed: boolean): readonly ProbeResult[] => [
  { checker: 'database_connectivity_test', passed, output: 'said' },
  { checker: 'database_version_test', passed: true, output: 'said' },
];

let lifecycle: Lifecycle;

beforeEach(() => {
  lifecycle = new Lifecycle(1);
  lifecycle.becomeReady();
  vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('has the shape of the original’s, with times in Unix seconds', async () => {
  const health = new HealthCheck({ check: async () => results(true) }, lifecycle, 'host');
  const times = { timestamp: 1_000, expires: 1_001, response_time: 0 };
  expect(await health.report()).toEqual({
    hostname: 'host',
    status: 'success',
    timestamp: 1_000,
    results: results(true).map((result) => ({ ...result, ...times })),
  });
});

it('fails when one check fails', async () => {
  const health = new HealthCheck({ check: async () => results(false) }, lifecycle, 'host');
  expect((await health.report()).status).toBe('failure');
});

it('asks once a second at most, however many want to know', async () => {
  const check = vi.fn(async () => results(true));
  const health = new HealthCheck({ check }, lifecycle, 'host');
  await Promise.all([health.report(), health.report()]);
  vi.advanceTimersByTime(999);
  await health.report();
  expect(check).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  await health.report();
  expect(check).toHaveBeenCalledTimes(2);
});

it('fails without asking before the service is ready, and as soon as its end is announced', async () => {
  const check = vi.fn(async () => results(true));
  const starting = new Lifecycle(1);
  const health = new HealthCheck({ check }, starting, 'host');
  starting.waitFor('waiting for the database');
  expect((await health.report()).results[0]).toMatchObject({ passed: false, output: 'waiting for the database' });
  starting.becomeReady();
  expect((await health.report()).status).toBe('success');
  starting.announceEnd();
  expect((await health.report()).results[0]).toMatchObject({ passed: false, output: 'the service is stopping' });
  expect(check).toHaveBeenCalledTimes(1);
});
