import {
  type Clock,
  compareInstants,
  compareText,
  currentInstallations,
  type Device,
  type FleetFilter,
  type FleetMember,
  type FleetOrder,
  type FleetQueries,
  historyOf,
  type Installation,
  type InstallationHistory,
  type Instant,
  type InstantRange,
  InvalidPlaceError,
  isWithin,
  parseVersion,
  totalOf,
} from '../../src/index.js';

/**
 * Searches the people of one kind over all records in memory: the reference implementation.
 *
 * @param all every known state of every record, oldest first
 */
export function inMemoryFleet<D extends Device>(
  all: () => readonly (readonly Installation<D>[])[],
  clock: Clock,
): FleetQueries<D> {
  /** The members as they were when they were shown: a place is a member's number among them. */
  const shown: FleetMember<D>[] = [];

  function shownAt(place: string): FleetMember<D> {
    const member = /^place \d+$/.test(place) ? shown[Number(place.slice(6))] : undefined;
    if (member === undefined) throw new InvalidPlaceError('this place does not belong to the order');
    return member;
  }

  return {
    async search({ filter, order, limit, after, countUpTo }) {
      const asOf = clock.now();
      const start = after === undefined ? undefined : shownAt(after);
      const compare = comparison<D>(order);
      const wanted = membersOf(all(), asOf).filter((member) => isWanted(member, filter));
      const following = wanted.filter((member) => start === undefined || compare(start, member) < 0).sort(compare);
      const results = following.slice(0, limit).map((record) => ({ record, place: `place ${shown.push(record) - 1}` }));
      const total = countUpTo === undefined ? {} : { total: totalOf(wanted.length, countUpTo) };
      return { results, more: following.length > limit, asOf, ...total };
    },
  };
}

type Recorded<D extends Device> = InstallationHistory & { readonly record: Installation<D> };

/** Every member of the fleet at an instant. */
export function membersOf<D extends Device>(
  all: readonly (readonly Installation<D>[])[],
  asOf: Instant,
): FleetMember<D>[] {
  const people = new Map<string, Recorded<D>[]>();
  for (const states of all) {
    const [oldest, ...later] = states;
    if (oldest === undefined) continue;
    const record = later.at(-1) ?? oldest;
    const history = { ...historyOf([oldest, ...later]), record };
    people.set(record.ownerId, [...(people.get(record.ownerId) ?? []), history]);
  }
  return [...people.values()].flatMap((histories) =>
    currentInstallations(histories, asOf).map(
      ({ appProduct, since, versionSince, lastSeen, installations, history: { record } }) => ({
        ownerId: record.ownerId,
        appProduct,
        since,
        versionSince,
        lastSeen,
        installations,
        installation: record,
      }),
    ),
  );
}

/** Whether a member passes a filter. */
export function isWanted<D extends Device>(member: FleetMember<D>, filter: FleetFilter<D>): boolean {
  const { ownerId, device } = member.installation;
  const texts: Record<string, unknown> = { ownerId, ...(device as object) };
  const lists = Object.entries<readonly string[] | undefined>(filter.equal ?? {});
  const ranges = Object.entries(filter.versions ?? {});
  return (
    lists.every(([name, values]) => values === undefined || values.includes(String(texts[name]))) &&
    ranges.every(([name, range]) => isWithin(parseVersion(String(texts[name])), range ?? {})) &&
    isInRange(member.since, filter.since) &&
    isInRange(member.lastSeen, filter.lastSeen)
  );
}

function isInRange(at: Instant, { from, before }: InstantRange = {}): boolean {
  if (from !== undefined && compareInstants(at, from) < 0) return false;
  return before === undefined || compareInstants(at, before) < 0;
}

function comparison<D extends Device>({ by, direction }: FleetOrder) {
  return (left: FleetMember<D>, right: FleetMember<D>): number =>
    (direction === 'ascending' ? 1 : -1) * compareInstants(left[by], right[by]) ||
    compareText(left.ownerId, right.ownerId) ||
    compareText(left.appProduct, right.appProduct);
}
