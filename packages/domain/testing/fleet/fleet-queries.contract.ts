import type { DesktopDevice, Device, MobileDevice } from '../../src/index.js';
import { actor, aDesktopInstallation, aMobileInstallation, instant, text } from '../builders.js';
import { type ContractCase, expectEqual } from '../contract-case.js';
import { fleetFiltersContract } from './fleet-filters.contract.js';
import { fleetPagesContract } from './fleet-pages.contract.js';
import { randomFleetContract } from './random-fleet.contract.js';
import { type FleetSubject, type KindOfPeople, NEWEST, type Searching, searching } from './searching.js';

/**
 * What the search across patients promises.
 *
 * @param newSubject returns an empty store whose clock is later than 2022-03-04
 */
export function patientFleetContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return fleetQueriesContract<MobileDevice>(newSubject, {
    build: aMobileInstallation,
    systemVersion: 'phoneOsVersion',
    portsOf: ({ patientInstallations, queries }) => ({
      repository: patientInstallations,
      queries: queries.fleet.patients,
    }),
  });
}

/**
 * What the search across clinicians promises.
 *
 * @param newSubject returns an empty store whose clock is later than 2022-03-04
 */
export function clinicianFleetContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return fleetQueriesContract<DesktopDevice>(newSubject, {
    build: aDesktopInstallation,
    systemVersion: 'desktopOsVersion',
    portsOf: ({ clinicianInstallations, queries }) => ({
      repository: clinicianInstallations,
      queries: queries.fleet.clinicians,
    }),
  });
}

function fleetQueriesContract<D extends Device>(
  newSubject: () => Promise<FleetSubject>,
  kind: KindOfPeople<D>,
): ContractCase[] {
  const fleet = searching(newSubject, kind);
  return [
    ...fleetMembersContract(fleet),
    ...fleetPagesContract(fleet),
    ...fleetFiltersContract(fleet),
    ...randomFleetContract(fleet),
  ];
}

/** Who is found, and what a search says of them. */
function fleetMembersContract<D extends Device>({ used, emptyFleet, fleetOf, walk }: Searching<D>): ContractCase[] {
  return [
    {
      name: 'a fleet without members has one empty page',
      check: async () => {
        const page = await (await fleetOf()).search({ filter: {}, order: NEWEST, limit: 1, countUpTo: 10 });
        expectEqual(
          { ...page, asOf: undefined },
          { results: [], more: false, asOf: undefined, total: { count: 0, exact: true } },
          'page',
        );
      },
    },
    {
      name: 'each person is found once for each product, with the current installation',
      check: async () => {
        const current = used('c', 'one', '2021-03-01T00:00:00Z', '2');
        const queries = await fleetOf(
          used('a', 'one', '2021-01-01T00:00:00Z', '9'),
          current,
          used('b', 'one', '2021-02-01T00:00:00Z', '1', { appProduct: 'OTHER' }),
        );
        const [member, other] = await walk(queries, {});
        expectEqual(
          member,
          {
            ownerId: current.ownerId,
            appProduct: current.device.appProduct,
            since: current.firstUsed.instant,
            versionSince: current.firstUsed.instant,
            lastSeen: current.audit.modified,
            installations: 2,
            installation: current,
          },
          'member',
        );
        expectEqual(other?.installation.id, 'b', 'the other product');
      },
    },
    {
      name: 'a change shows since when the version runs, and nothing of it is lost',
      check: async () => {
        const { repository, queries, settle } = await emptyFleet();
        const before = used('a', 'one', '2021-01-01T00:00:00Z', '1');
        await repository.add(before);
        await settle();
        const at = instant('2021-06-01T00:00:00.123456Z');
        await repository.update(before, {
          fields: { device: { appVersion: text('2') } as Partial<D> },
          at,
          by: actor('x'),
        });
        await settle();
        const [member] = await walk(queries, {});
        expectEqual(
          [member?.since, member?.versionSince, member?.lastSeen],
          [before.firstUsed.instant, at, at],
          'dates',
        );
        expectEqual(member?.installation.device.appVersion, text('2'), 'version');
      },
    },
  ];
}
