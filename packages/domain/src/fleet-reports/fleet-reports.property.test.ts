import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseVersion } from '../fleet/version-order.js';
import type { Device } from '../installation/installation.js';
import type { Text } from '../values/text.js';
import type { FleetReportQueries, HistoryRequest, VersionHistory } from './fleet-report-queries.js';
import { fleetReports } from './fleet-reports.js';

const VERSIONS = ['1', '2-rc', '2', '2.0', '10', 'dev', 'canary', null] as const;
const LENGTH = 12;

/** What each person runs at the end of each day: a version, null for one that nobody knows, undefined for nothing. */
type Fleet = readonly (readonly (string | null | undefined)[])[];

const fleets: fc.Arbitrary<Fleet> = fc.array(
  fc
    .array(fc.record({ days: fc.integer({ min: 1, max: 5 }), runs: fc.constantFrom(undefined, ...VERSIONS) }), {
      minLength: 1,
      maxLength: 6,
    })
    .map((stretches) => {
      const days = stretches.flatMap(({ days: length, runs }) => Array<typeof runs>(length).fill(runs));
      return Array.from({ length: LENGTH }, (_, day) => days[Math.min(day, days.length - 1)]);
    }),
  { maxLength: 12 },
);

/** The changes of a fleet, as a port reads them. */
function queriesOn(fleet: Fleet): FleetReportQueries<Device> {
  return {
    countGroups: () => Promise.reject(new Error('not asked')),
    readHistory: async ({ ends }: HistoryRequest) => ({
      asOf: { epochSeconds: 0, microsecond: 0 },
      completeSince: undefined,
      clockSuspect: 0,
      versions: VERSIONS.flatMap((version): VersionHistory[] => {
        const sums = new Map<number, number>();
        for (let day = 0; day < LENGTH; day++) {
          const at = ends === undefined ? day : ends.find((end) => end >= day);
          const change = countOn(fleet, day, version) - (day === 0 ? 0 : countOn(fleet, day - 1, version));
          if (at !== undefined && change !== 0) sums.set(at, (sums.get(at) ?? 0) + change);
        }
        if (sums.size === 0) return [];
        const of = { days: [...sums.keys()], changes: [...sums.values()] };
        return [
          version === null ? { kind: 'unknown', ...of } : { kind: 'version', appVersion: version as Text, ...of },
        ];
      }),
    }),
  };
}

function countOn(fleet: Fleet, day: number, version: string | null): number {
  return fleet.filter((person) => person[day] === version).length;
}

function peopleOn(fleet: Fleet, day: number): number {
  return fleet.filter((person) => person[day] !== undefined).length;
}

const EVERY_DAY = Array.from({ length: LENGTH }, (_, day) => day);

it('adoption has every person once on every day: series, other and unknown add up', async () => {
  const days = fc.subarray(EVERY_DAY, { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fleets, days, fc.integer({ min: 1, max: 4 }), async (fleet, ends, top) => {
      const report = await fleetReports({ queries: queriesOn(fleet) }).adoption({ appProduct: 'GDM', days: ends, top });
      for (const [index, day] of ends.entries()) {
        const shown = report.series.map(({ people }) => people[index] ?? 0);
        expect(report.people[index]).toBe(peopleOn(fleet, day));
        expect(report.unknown[index]).toBe(countOn(fleet, day, null));
        expect(
          shown.reduce((sum, count) => sum + count, (report.other.people[index] ?? 0) + (report.unknown[index] ?? 0)),
        ).toBe(peopleOn(fleet, day));
        for (const { appVersion, people } of report.series) expect(people[index]).toBe(countOn(fleet, day, appVersion));
      }
      const run = VERSIONS.filter(
        (version) => version !== null && ends.some((day) => countOn(fleet, day, version) > 0),
      );
      expect(report.series).toHaveLength(Math.min(top, run.length));
      expect(report.other.versions).toBe(run.length - report.series.length);
      const peak = (version: string | null) => Math.max(...ends.map((day) => countOn(fleet, day, version)));
      const least = Math.min(...report.series.map(({ appVersion }) => peak(appVersion)));
      const left = run.filter((version) => !report.series.some(({ appVersion }) => appVersion === version));
      for (const version of left) expect(peak(version)).toBeLessThanOrEqual(least);
    }),
  );
});

it('releases have the life of each version, as its rule reads day by day', async () => {
  await fc.assert(
    fc.asyncProperty(fleets, async (fleet) => {
      const report = await fleetReports({ queries: queriesOn(fleet) }).releases({ appProduct: 'GDM' });
      const people = peopleOn(fleet, LENGTH - 1);
      expect(report.people).toBe(people);
      const run = VERSIONS.filter(
        (version) => version !== null && EVERY_DAY.some((day) => countOn(fleet, day, version) > 0),
      );
      expect(report.releases.map(({ appVersion }) => appVersion).toSorted()).toEqual([...run].toSorted());
      for (const release of report.releases) {
        const counts = EVERY_DAY.map((day) => countOn(fleet, day, release.appVersion));
        const first = counts.findIndex((count) => count > 0);
        const now = counts.at(-1) ?? 0;
        const peak = Math.max(...counts);
        const daysTo = (percent: number) => {
          const at = EVERY_DAY.find(
            (day) =>
              day >= first && (counts[day] ?? 0) * 100 >= percent * peopleOn(fleet, day) && (counts[day] ?? 0) > 0,
          );
          return at === undefined ? undefined : at - first;
        };
        expect(release).toEqual({
          appVersion: release.appVersion,
          ordered: parseVersion(release.appVersion) !== undefined,
          share: people === 0 ? 0 : now / people,
          firstDay: first,
          lastDay: now > 0 ? undefined : counts.findLastIndex((count) => count > 0),
          people: now,
          peakPeople: peak,
          peakDay: counts.indexOf(peak),
          daysTo10Percent: daysTo(10),
          daysTo50Percent: daysTo(50),
          daysTo90Percent: daysTo(90),
        });
      }
    }),
  );
});

it('outdated has the people below a version, oldest first, and those without a place in the order apart', async () => {
  const below = parseVersion('2');
  if (below === undefined) throw new Error('no version');
  await fc.assert(
    fc.asyncProperty(fleets, async (fleet) => {
      const report = await fleetReports({ queries: queriesOn(fleet) }).outdated({ appProduct: 'GDM', below });
      const count = (version: string) => countOn(fleet, LENGTH - 1, version);
      expect(report.versions).toEqual(
        ['1', '2-rc']
          .filter((version) => count(version) > 0)
          .map((appVersion) => ({ appVersion, people: count(appVersion) })),
      );
      const people = peopleOn(fleet, LENGTH - 1);
      const peopleBelow = count('1') + count('2-rc');
      const { asOf: _, versions: _versions, ...rest } = report;
      expect(rest).toEqual({
        people,
        peopleBelow,
        share: people === 0 ? 0 : peopleBelow / people,
        unordered: count('dev') + count('canary'),
      });
    }),
  );
});

it('series of equal height go to the version that is listed first: the newest, and the unordered ones last', async () => {
  const fleet = [['1'], ['2'], ['dev']].map((person) => Array<string>(LENGTH).fill(person[0] ?? ''));
  const reports = fleetReports({ queries: queriesOn(fleet) });
  const versionsOf = async (top: number) =>
    (await reports.adoption({ appProduct: 'GDM', days: [0], top })).series.map(({ appVersion }) => appVersion);
  expect(await versionsOf(1)).toEqual(['2']);
  expect(await versionsOf(2)).toEqual(['2', '1']);
  expect(await versionsOf(3)).toEqual(['2', '1', 'dev']);
});
