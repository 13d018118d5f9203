import { beforeEach, describe, expect, it } from 'vitest';
import { loggerTo } from '../../test/support/logger-to.js';
import type { FleetBuild, FoldStep, OpenDatabase } from '../database.js';
import { createMetrics, type Metrics } from '../observability/metrics/create-metrics.js';
import { keepFleet } from './keep-fleet.js';

type Folding = Parameters<OpenDatabase['fold']>[0];

let metrics: Metrics;
let lines: { readonly level: string; readonly msg: string }[];
let folding: Folding;

beforeEach(async () => {
  metrics = createMetrics();
  lines = [];
  const logger = loggerTo((line) => lines.push(JSON.parse(line)));
  const fold = async (options: Folding) => {
    folding = options;
  };
  await keepFleet({ fold }, metrics, { logger }, new AbortController().signal);
});

/** The values of one metric, by its label if it has one. */
async function valuesOf(name: string): Promise<Record<string, string>> {
  const found = (await metrics.render()).matchAll(new RegExp(`^${name}(?:\\{table="(\\w+)"\\})? (\\S+)$`, 'gm'));
  return Object.fromEntries([...found].map(([, table = '', value = '']) => [table, value]));
}

const build = (kind: string, some: Partial<FleetBuild>): FleetBuild =>
  ({ kind, built: false, walking: true, done: 0, total: 0, ...some }) as FleetBuild;

function step(builds: readonly FleetBuild[], some: Partial<FoldStep> = {}): void {
  folding.onStep?.({ more: false, busy: false, parked: 0, state: { asOf: undefined, builds }, ...some } as FoldStep);
}

describe('the metrics of the fleet', () => {
  it('say how much of the state is built, and never that a running build is complete', async () => {
    expect(await valuesOf('fleet_build_progress_ratio')).toEqual({});
    step([
      build('mobile', { done: 25, total: 100 }),
      // The total is an estimate.
      build('desktop', { done: 120, total: 100 }),
      build('blood_glucose_meter', { built: true, walking: false }),
    ]);
    expect(await valuesOf('fleet_build_progress_ratio')).toEqual({
      mobile: '0.25',
      desktop: '0.99',
      blood_glucose_meter: '1',
    });
    step([
      build('mobile', { built: true, walking: false, done: 25, total: 100 }),
      build('desktop', { walking: false }),
    ]);
    expect(await valuesOf('fleet_build_progress_ratio')).toEqual({ mobile: '1', desktop: '0' });
    expect(lines.map(({ msg }) => msg)).toEqual([
      'fleet state of mobile: 25 % built',
      'fleet state of desktop: 99 % built',
      'fleet state of mobile: built',
      'fleet state of desktop: built',
    ]);
  });

  it('have the age of the state, which no one knows before it is built', async () => {
    expect(await valuesOf('fleet_state_age_seconds')).toEqual({ '': expect.stringMatching(/^nan$/i) });
    const asOf = { epochSeconds: Math.floor(Date.now() / 1000) - 100, microsecond: 0 };
    step([], { state: { asOf, builds: [] } });
    const { '': age } = await valuesOf('fleet_state_age_seconds');
    expect(Number(age)).toBeGreaterThanOrEqual(100);
    expect(Number(age)).toBeLessThan(160);
  });

  it('have what the last look at a few people found, and the log says what to do', async () => {
    const values = async () => [await valuesOf('fleet_check_differing_people'), await valuesOf('fleet_parked_people')];
    expect(await values()).toEqual([{ '': '0' }, { '': '0' }]);
    expect(await valuesOf('fleet_check_age_seconds')).toEqual({ '': expect.stringMatching(/^nan$/i) });
    folding.onCheck?.({ people: 200, differing: 3, parked: 2 });
    expect(await values()).toEqual([{ '': '3' }, { '': '2' }]);
    expect(await valuesOf('fleet_check_people')).toEqual({ '': '200' });
    const { '': age } = await valuesOf('fleet_check_age_seconds');
    expect(Number(age)).toBeLessThan(60);
    expect(lines).toMatchObject([
      { level: 'error', msg: expect.stringMatching(/about 3 people.*check-fleet --repair/) },
    ]);
    folding.onCheck?.({ people: 200, differing: 0, parked: 1 });
    expect(await values()).toEqual([{ '': '0' }, { '': '1' }]);
    expect(lines).toHaveLength(1);
  });
});
