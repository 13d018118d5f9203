import {
  compareText,
  type DesktopDevice,
  type Device,
  dayOf,
  type FleetFilter,
  type FleetReportQueries,
  fleetReports,
  type Installation,
  type InstallationRepository,
  type Instant,
  LATEST_INSTANT,
  type MobileDevice,
  parseVersion,
  type Store,
  type VersionHistory,
} from '../../src/index.js';
import { longText } from '../awkward-texts.js';
import {
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  type FirstUse,
  instant,
  text,
  usedInstallation,
} from '../builders.js';
import { type ContractCase, expectEqual } from '../contract-case.js';
import { randomNumbers } from '../fleet/random-numbers.js';
import type { FleetSubject } from '../fleet/searching.js';
import { inMemoryStore } from '../in-memory-repositories.js';

/**
 * What the figures on patients promise.
 *
 * @param newSubject makes an empty store, whose clock is later than 2022-03-04
 */
export function patientReportsContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return fleetReportsContract<MobileDevice>(newSubject, aMobileInstallation, ['phoneOs', 'model'], (store) => ({
    repository: store.patientInstallations,
    queries: store.queries.reports.patients,
  }));
}

/**
 * What the figures on clinicians promise.
 *
 * @param newSubject makes an empty store, whose clock is later than 2022-03-04
 */
export function clinicianReportsContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return fleetReportsContract<DesktopDevice>(
    newSubject,
    aDesktopInstallation,
    ['desktopOs', 'desktopOsVersion'],
    (store) => ({ repository: store.clinicianInstallations, queries: store.queries.reports.clinicians }),
  );
}

interface Ports<D extends Device> {
  readonly repository: InstallationRepository<D>;
  readonly queries: FleetReportQueries<D>;
}

function fleetReportsContract<D extends Device>(
  newSubject: () => Promise<FleetSubject>,
  build: () => Installation<D>,
  texts: readonly [keyof D & string, keyof D & string],
  portsOf: (store: Store) => Ports<D>,
): ContractCase[] {
  const used = ({ version = '1', texts: more, ...of }: FirstUse & { readonly version?: string }) =>
    usedInstallation(build, { ...of, texts: { appVersion: version, ...more } });

  async function fleetOf(...installations: readonly Installation<D>[]): Promise<FleetReportQueries<D>> {
    const { store, settle } = await newSubject();
    const { repository, queries } = portsOf(store);
    for (const installation of installations) await repository.add(installation);
    await settle();
    return queries;
  }

  const dayAt = (date: string) => dayOf(instant(`${date}T00:00:00Z`));
  const everybody: FleetFilter<D> = {};

  return [
    {
      name: 'an empty fleet has no people',
      check: async () => {
        const queries = await fleetOf();
        const { asOf: _, ...counted } = await queries.countGroups({ filter: everybody, by: texts, top: 10 });
        expectEqual(counted, { people: 0, groups: 0, first: [] }, 'groups');
        const { asOf: _now, ...history } = await queries.readHistory({ appProduct: 'GDM' });
        expectEqual(history, { completeSince: undefined, clockSuspect: 0, versions: [] }, 'history');
      },
    },
    {
      name: 'each person counts once, in the group of the current installation; groups of the same size are in order of code points',
      check: async () => {
        const [first, second] = texts;
        const queries = await fleetOf(
          used({ id: 'old', owner: 'one', at: '2021-01-01T00:00:00Z', texts: { [first]: 'gone' } }),
          used({ id: 'a', owner: 'one', at: '2021-02-01T00:00:00Z', texts: { [first]: 'b', [second]: 'x' } }),
          used({ id: 'b', owner: 'two', at: '2021-02-01T00:00:00Z', texts: { [first]: 'b', [second]: 'x' } }),
          used({ id: 'c', owner: 'three', at: '2021-02-01T00:00:00Z', texts: { [first]: 'b', [second]: 'é' } }),
          used({ id: 'd', owner: 'four', at: '2021-02-01T00:00:00Z', texts: { [first]: 'b', [second]: 'Z' } }),
          used({ id: 'e', owner: 'five', at: '2021-02-01T00:00:00Z', texts: { [first]: '', [second]: longText } }),
        );
        const counted = await queries.countGroups({ filter: everybody, by: texts, top: 3 });
        expectEqual(
          { ...counted, asOf: undefined },
          {
            asOf: undefined,
            people: 5,
            groups: 4,
            first: [
              { names: ['b', 'x'], people: 2 },
              { names: ['', longText], people: 1 },
              { names: ['b', 'Z'], people: 1 },
            ],
          },
          'groups',
        );
      },
    },
    {
      name: 'a filter chooses who is counted',
      check: async () => {
        const queries = await fleetOf(
          ...['1.9', '1.10', 'dev'].map((version, index) =>
            used({ id: `r${index}`, owner: `o${index}`, at: '2021-01-01T00:00:00Z', version }),
          ),
        );
        const versions = { appVersion: { below: parseVersion('1.10') } } as FleetFilter<D>['versions'];
        const counted = await queries.countGroups({ filter: { versions }, by: ['appVersion'], top: 3 });
        expectEqual([counted.people, counted.first], [1, [{ names: ['1.9'], people: 1 }]], 'counted');
      },
    },
    {
      name: 'the history has each person from the effective date on, and a version until the day of its change',
      check: async () => {
        const { store, settle } = await newSubject();
        const { repository, queries } = portsOf(store);
        const record = used({ id: 'a', owner: 'one', at: '2021-01-01T23:59:59.999999Z' });
        await repository.add(record);
        const change = { device: { appVersion: text('2') } as Partial<D> };
        await repository.update(record, { fields: change, at: instant('2021-02-01T00:00:00Z'), by: actor('x') });
        await repository.add(used({ id: 'b', owner: 'two', at: '2021-03-01T00:00:00Z' }));
        await repository.add(
          used({ id: 'c', owner: 'two', at: '2021-04-01T00:00:00Z', texts: { appProduct: 'OTHER' } }),
        );
        await settle();
        expectEqual(
          inOrder((await queries.readHistory({ appProduct: 'GDM' })).versions),
          [
            {
              kind: 'version',
              appVersion: '1',
              days: [dayAt('2021-01-01'), dayAt('2021-02-01'), dayAt('2021-03-01')],
              changes: [1, -1, 1],
            },
            { kind: 'version', appVersion: '2', days: [dayAt('2021-02-01')], changes: [1] },
          ],
          'versions',
        );
        const ends = [dayAt('2020-12-31'), dayAt('2021-01-31'), dayAt('2021-02-28')];
        expectEqual(
          inOrder((await queries.readHistory({ appProduct: 'GDM', ends })).versions),
          [
            { kind: 'version', appVersion: '1', days: [ends[1], ends[2]], changes: [1, -1] },
            { kind: 'version', appVersion: '2', days: [ends[2]], changes: [1] },
          ],
          'versions by the ends of months',
        );
        expectEqual((await queries.readHistory({ appProduct: 'none' })).versions, [], 'versions of another product');
      },
    },
    {
      name: 'unknown versions are counted apart, and so are wrong clocks',
      check: async () => {
        const queries = await fleetOf(
          used({ id: 'a', owner: 'one', at: '2021-01-01T00:00:00Z', modified: '2021-01-05T00:00:00Z' }),
          used({ id: 'b', owner: 'two', at: '2099-01-01T00:00:00Z', created: '2021-01-02T00:00:00Z' }),
        );
        const { versions, clockSuspect } = await queries.readHistory({ appProduct: 'GDM' });
        expectEqual(
          inOrder(versions),
          [
            { kind: 'unknown', days: [dayAt('2021-01-01'), dayAt('2021-01-05')], changes: [1, -1] },
            { kind: 'version', appVersion: '1', days: [dayAt('2021-01-02'), dayAt('2021-01-05')], changes: [1, 1] },
          ],
          'versions',
        );
        expectEqual(clockSuspect, 1, 'installations with a wrong clock');
      },
    },
    {
      name: 'after random histories every figure is that of the plain rule, and all of them add up',
      check: async () => {
        const { store, settle } = await newSubject();
        let now: Instant = instant('2022-03-04T00:00:00Z');
        const reference = inMemoryStore({ now: () => now });
        const [subject, plain] = [portsOf(store), portsOf(reference)];
        const random = randomNumbers(11);
        const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
        const day = () => `2021-0${1 + Math.floor(random() * 3)}-${10 + Math.floor(random() * 18)}`;
        const stored: Installation<D>[] = [];
        for (let step = 0; step < 80; step++) {
          const version = pick(['1', '1.0', '1.1', '2-rc', '2', 'dev', '']);
          const record = pick(stored);
          if (record === undefined || random() < 0.5) {
            const created = `${day()}T12:00:00Z`;
            const added = used({
              id: `r${step}`,
              owner: `o${Math.floor(random() * 10)}`,
              at: pick([created, `${day()}T01:00:00Z`, '1970-01-01T00:00:00Z']),
              created,
              modified: random() < 0.3 ? '2021-05-01T00:00:00Z' : created,
              version,
              texts: { appProduct: pick(['GDM', 'GDM', 'OTHER']), [texts[0]]: pick(['a', 'b']) },
            });
            stored.push(added);
            for (const { repository } of [subject, plain]) await repository.add(added);
          } else {
            const moves = random() < 0.2 ? { appProduct: text(pick(['GDM', 'OTHER'])) } : {};
            const fields = { device: { appVersion: text(version), ...moves } as Partial<D> };
            const change = { fields, at: instant(`${day()}T18:00:00Z`), by: actor('x') };
            for (const { repository } of [subject, plain]) await repository.update(record, change);
          }
        }
        await settle();
        for (const appProduct of ['GDM', 'OTHER']) {
          const filter = { equal: { appProduct: [appProduct] } } as FleetFilter<D>;
          const by = pick([['appVersion'], texts, [texts[0], 'appVersion']] as (keyof D & string)[][]);
          const groups = { filter, by, top: 1 + Math.floor(random() * 5) };
          const counted = await subject.queries.countGroups(groups);
          now = counted.asOf;
          expectEqual(counted, await plain.queries.countGroups(groups), `groups of ${appProduct}`);
          const ends = [...new Set([day(), day(), day()].map(dayAt))].sort((left, right) => left - right);
          for (const wanted of [{ appProduct }, { appProduct, ends }, { appProduct, ends: [dayOf(LATEST_INSTANT)] }]) {
            const [found, expected] = [
              await subject.queries.readHistory(wanted),
              await plain.queries.readHistory(wanted),
            ];
            expectEqual(
              { ...found, versions: inOrder(found.versions) },
              { ...expected, versions: inOrder(expected.versions) },
              JSON.stringify(wanted),
            );
          }
          const { releases, people } = await fleetReports(subject).releases({ appProduct });
          expectEqual(people, counted.people, 'people now');
          expectEqual(
            releases.reduce((sum, release) => sum + release.people, 0),
            people,
            'people of all releases',
          );
        }
      },
    },
  ];
}

function inOrder(versions: readonly VersionHistory[]): readonly VersionHistory[] {
  return [...versions].sort(
    (left, right) => compareText(left.kind, right.kind) || compareText(left.appVersion ?? '', right.appVersion ?? ''),
  );
}
