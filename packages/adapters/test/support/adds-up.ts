import {
  type Device,
  dayOf,
  type FleetFilter,
  type FleetQueries,
  type FleetReports,
  fleetReports,
  type Instant,
  parseVersion,
  type StoreQueries,
} from '@polaris-telemetry/domain';
import { expect } from 'vitest';

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const BELOW = parseVersion('4.5');

/** Expects every report on every product to add up, and its figures to be those that the search finds. */
export async function expectToAddUp({ fleet, reports }: StoreQueries, asOf: Instant): Promise<void> {
  const { products, asOf: counted } = await reports.products.countProducts();
  expect(counted).toEqual(asOf);
  for (const { audience, appProduct, people } of products) {
    if (audience === 'patient') {
      await addsUp(fleet.patients, fleetReports({ queries: reports.patients }), appProduct, people, asOf);
    } else {
      await addsUp(fleet.clinicians, fleetReports({ queries: reports.clinicians }), appProduct, people, asOf);
    }
  }
}

async function addsUp<D extends Device>(
  search: FleetQueries<D>,
  reports: FleetReports<D>,
  appProduct: string,
  people: number,
  asOf: Instant,
): Promise<void> {
  const today = dayOf(asOf);
  const filter = (more: FleetFilter<D> = {}) =>
    ({ ...more, equal: { ...more.equal, appProduct: [appProduct] } }) as FleetFilter<D>;
  const found = async (wanted: FleetFilter<D>) => {
    const order = { by: 'since', direction: 'ascending' } as const;
    return (await search.search({ filter: wanted, order, limit: 1, countUpTo: 1_000 })).total?.count;
  };
  expect(await found(filter())).toBe(people);

  const days = [0, 1, 5, 20, 800].map((before) => today - before).reverse();
  const adoption = await reports.adoption({ appProduct, days, top: 2 });
  for (const [index, all] of adoption.people.entries()) {
    const shown = sum(adoption.series.map((series) => series.people[index] ?? 0));
    expect(shown + (adoption.other.people[index] ?? 0) + (adoption.unknown[index] ?? 0)).toBe(all);
  }
  expect([adoption.people.at(-1), adoption.unknown.at(-1)]).toEqual([people, 0]);

  const releases = await reports.releases({ appProduct });
  expect([releases.people, sum(releases.releases.map((release) => release.people))]).toEqual([people, people]);

  const breakdown = await reports.breakdown({ filter: filter(), by: ['appVersion'], top: 2 });
  expect([breakdown.people, breakdown.other.people + sum(breakdown.groups.map((group) => group.people))]).toEqual([
    people,
    people,
  ]);
  for (const { names, people: theirs } of breakdown.groups) {
    expect(await found(filter({ equal: { appVersion: names } } as FleetFilter<D>))).toBe(theirs);
  }

  if (BELOW === undefined) throw new Error('no version');
  const outdated = await reports.outdated({ appProduct, below: BELOW });
  expect([outdated.people, sum(outdated.versions.map((version) => version.people))]).toEqual([
    people,
    outdated.peopleBelow,
  ]);
  const below = { versions: { appVersion: { below: BELOW } } } as FleetFilter<D>;
  expect(await found(filter(below))).toBe(outdated.peopleBelow);
}
