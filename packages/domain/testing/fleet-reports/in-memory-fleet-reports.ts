import {
  type Clock,
  type CountedProduct,
  compareText,
  currentInstallations,
  type Device,
  dayOf,
  type FleetReportQueries,
  historyOf,
  type Installation,
  type InstallationHistory,
  type Instant,
  instantOfDay,
  type PeopleGroup,
  type Text,
  type VersionHistory,
} from '../../src/index.js';
import { isWanted, membersOf } from '../fleet/in-memory-fleet.js';
import { versionsAt, versionsNow } from '../fleet/versions-at.js';

/** Every known state of every record, oldest first. */
type States<D extends Device> = () => readonly (readonly Installation<D>[])[];

/** Counts the people of one kind over all records in memory: the reference implementation. */
export function inMemoryFleetReports<D extends Device>(all: States<D>, clock: Clock): FleetReportQueries<D> {
  return {
    async countGroups({ filter, by, top }) {
      const asOf = clock.now();
      const members = membersOf(all(), asOf).filter((member) => isWanted(member, filter));
      const groups = new Map<string, { readonly names: readonly string[]; people: number }>();
      for (const { installation } of members) {
        const names = by.map((name) => String(installation.device[name]));
        const key = JSON.stringify(names);
        const group = groups.get(key) ?? { names, people: 0 };
        groups.set(key, { names, people: group.people + 1 });
      }
      const first = [...groups.values()].sort(compareGroups).slice(0, top);
      return { asOf, people: members.length, groups: groups.size, first };
    },

    async readHistory({ appProduct, ends }) {
      const asOf = clock.now();
      const people = historiesByOwner(all());
      const clockSuspect = people
        .flatMap((histories) => currentInstallations(histories, asOf))
        .filter((current) => current.appProduct === appProduct)
        .reduce((sum, current) => sum + current.clockSuspect, 0);
      const changes = people.flatMap((histories) => dailyChanges(histories, asOf, appProduct));
      return { asOf, completeSince: undefined, clockSuspect, versions: addUp(changes, ends) };
    },
  };
}

/** The products of both kinds of people over all records in memory. */
export function inMemoryProducts<D extends Device, E extends Device>(
  patients: States<D>,
  clinicians: States<E>,
  clock: Clock,
) {
  return {
    async countProducts() {
      const asOf = clock.now();
      const products = [
        ...productsOf('clinician' as const, membersOf(clinicians(), asOf)),
        ...productsOf('patient' as const, membersOf(patients(), asOf)),
      ];
      return { asOf, products, omitted: 0 };
    },
  };
}

function productsOf(
  audience: CountedProduct['audience'],
  members: readonly { readonly appProduct: string; readonly installations: number }[],
): CountedProduct[] {
  const products = new Map<string, CountedProduct>();
  for (const { appProduct, installations } of members) {
    const before = products.get(appProduct);
    products.set(appProduct, {
      audience,
      appProduct,
      people: (before?.people ?? 0) + 1,
      installations: (before?.installations ?? 0) + installations,
    });
  }
  return [...products.values()].sort(
    (left, right) => right.people - left.people || compareText(left.appProduct, right.appProduct),
  );
}

function compareGroups(left: PeopleGroup, right: PeopleGroup): number {
  const different = left.names.findIndex((name, index) => name !== right.names[index]);
  return right.people - left.people || compareText(left.names[different] ?? '', right.names[different] ?? '');
}

function historiesByOwner<D extends Device>(all: readonly (readonly Installation<D>[])[]): InstallationHistory[][] {
  const people = new Map<string, InstallationHistory[]>();
  for (const [oldest, ...later] of all) {
    if (oldest === undefined) continue;
    const { ownerId } = later.at(-1) ?? oldest;
    people.set(ownerId, [...(people.get(ownerId) ?? []), historyOf([oldest, ...later])]);
  }
  return [...people.values()];
}

interface Change {
  readonly day: number;
  readonly version: Text | undefined;
  readonly people: 1 | -1;
}

/** The differences from the end of one day to the next, on each day on which anything may happen. */
function dailyChanges(histories: readonly InstallationHistory[], asOf: Instant, appProduct: string): Change[] {
  const today = dayOf(asOf);
  const days = histories.flatMap(({ created, firstUsed, states }) =>
    [created, firstUsed, ...states.map(({ at }) => at)].map(dayOf),
  );
  const changes: Change[] = [];
  let before: ReadonlyMap<string, Text | undefined> = new Map();
  for (const day of [...new Set([...days, today])].filter((each) => each <= today).sort((a, b) => a - b)) {
    const after: ReadonlyMap<string, Text | undefined> =
      day === today ? versionsNow(histories, asOf) : versionsAt(histories, endOf(day));
    const [left, joined] = [before.get(appProduct), after.get(appProduct)];
    if (before.has(appProduct) !== after.has(appProduct) || left !== joined) {
      if (before.has(appProduct)) changes.push({ day, version: left, people: -1 });
      if (after.has(appProduct)) changes.push({ day, version: joined, people: 1 });
    }
    before = after;
  }
  return changes;
}

/** The last microsecond of a day. */
function endOf(day: number): Instant {
  return { epochSeconds: instantOfDay(day + 1).epochSeconds - 1, microsecond: 999_999 };
}

function addUp(changes: readonly Change[], ends: readonly number[] | undefined): VersionHistory[] {
  const versions = new Map<Text | undefined, Map<number, number>>();
  for (const { day, version, people } of changes) {
    const at = ends === undefined ? day : ends.find((end) => end >= day);
    if (at === undefined) continue;
    const days = versions.get(version) ?? new Map<number, number>();
    versions.set(version, days.set(at, (days.get(at) ?? 0) + people));
  }
  return [...versions].flatMap(([appVersion, sums]): VersionHistory[] => {
    const entries = [...sums].filter(([, people]) => people !== 0).sort(([left], [right]) => left - right);
    if (entries.length === 0) return [];
    const of = { days: entries.map(([day]) => day), changes: entries.map(([, people]) => people) };
    return [appVersion === undefined ? { kind: 'unknown', ...of } : { kind: 'version', appVersion, ...of }];
  });
}
