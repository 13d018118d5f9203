import { expect, it } from 'vitest';
import type { Device } from '../installation/installation.js';
import type { Text } from '../values/text.js';
import type { FleetReportQueries, VersionHistory } from './fleet-report-queries.js';
import { fleetReports } from './fleet-reports.js';

/** The report on as many versions, each run by one person. */
async function releasesOf(count: number, more: readonly VersionHistory[] = []) {
  const versions = Array.from({ length: count }, (_, index): VersionHistory => {
    return { kind: 'version', appVersion: `4.${index}` as Text, days: [index], changes: [1] };
  });
  const queries: FleetReportQueries<Device> = {
    countGroups: () => Promise.reject(new Error('not asked')),
    readHistory: async () => ({
      asOf: { epochSeconds: 0, microsecond: 0 },
      completeSince: undefined,
      clockSuspect: 0,
      // In no order, as the port has it.
      versions: [...more, ...versions.toSorted((a, b) => String(a.appVersion).localeCompare(String(b.appVersion)))],
    }),
  };
  return await fleetReports({ queries }).releases({ appProduct: 'GDM' });
}

it('lists 1,000 versions at most, the newest, and says how many are left out', async () => {
  const all = await releasesOf(1_000);
  expect([all.releases.length, all.omitted]).toEqual([1_000, 0]);
  const { releases, omitted, people } = await releasesOf(1_003);
  expect(releases.map(({ appVersion }) => appVersion)).toEqual(
    Array.from({ length: 1_000 }, (_, index) => `4.${1_002 - index}`),
  );
  expect([omitted, people]).toEqual([3, 1_003]);
});

it('counts versions too many to be distinguished as one, if anyone ran them at a day’s end', async () => {
  const other = { kind: 'other', days: [1, 2], changes: [7, -3] } as const;
  const { releases, omitted, people } = await releasesOf(1_001, [other]);
  expect([releases.length, omitted, people]).toEqual([1_000, 2, 1_005]);
  expect((await releasesOf(2, [{ ...other, days: [], changes: [] }])).omitted).toBe(0);
});
