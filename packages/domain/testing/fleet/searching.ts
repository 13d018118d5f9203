import {
  type Device,
  type FleetFilter,
  type FleetMember,
  type FleetOrder,
  type FleetQueries,
  type Installation,
  type InstallationRepository,
  parseVersion,
  type Store,
} from '../../src/index.js';
import { type FirstUse, usedInstallation } from '../builders.js';
import { expectEqual } from '../contract-case.js';

/** A store, and a way to bring what is derived from its records up to date. */
export interface FleetSubject {
  readonly store: Store;
  /** Resolves when all that was stored by now can be found. */
  settle(): Promise<void>;
}

/** One of the two kinds of people, and where a store has them. */
export interface KindOfPeople<D extends Device> {
  readonly build: (overrides?: Partial<Installation<D>>) => Installation<D>;
  readonly systemVersion: keyof D & string;
  readonly portsOf: (store: Store) => Ports<D>;
}

interface Ports<D extends Device> {
  readonly repository: InstallationRepository<D>;
  readonly queries: FleetQueries<D>;
}

export const NEWEST: FleetOrder = { by: 'since', direction: 'descending' };
export const ORDERS: readonly FleetOrder[] = (['since', 'lastSeen'] as const).flatMap((by) =>
  (['ascending', 'descending'] as const).map((direction) => ({ by, direction })),
);

/** What the cases of the contract do with a fleet. */
export type Searching<D extends Device> = ReturnType<typeof searching<D>>;

export function searching<D extends Device>(newSubject: () => Promise<FleetSubject>, kind: KindOfPeople<D>) {
  const { build, portsOf } = kind;
  const used = (id: string, owner: string, at: string, appVersion = '1', more: FirstUse['texts'] = {}) =>
    usedInstallation(build, { id, owner, at, texts: { appVersion, ...more } });

  async function emptyFleet(): Promise<Ports<D> & Pick<FleetSubject, 'settle'>> {
    const { store, settle } = await newSubject();
    return { ...portsOf(store), settle };
  }

  async function fleetOf(...installations: readonly Installation<D>[]): Promise<FleetQueries<D>> {
    const { repository, queries, settle } = await emptyFleet();
    for (const installation of installations) await repository.add(installation);
    await settle();
    return queries;
  }

  /** All matching members, page by page, each once. */
  async function walk(
    queries: FleetQueries<D>,
    filter: FleetFilter<D>,
    order = NEWEST,
    limit = 3,
  ): Promise<FleetMember<D>[]> {
    const members: FleetMember<D>[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await queries.search({ filter, order, limit, after });
      members.push(...page.results.map(({ record }) => record));
      expectEqual(
        page.results.length,
        page.more ? limit : page.results.length,
        'results of a page that is not the last',
      );
      after = page.results.at(-1)?.place;
      if (!page.more) return members;
    }
  }

  const ids = async (queries: FleetQueries<D>, filter: FleetFilter<D> = {}, order = NEWEST) =>
    (await walk(queries, filter, order)).map(({ installation }) => installation.id);
  const versions = (name: string, from: string, below?: string): FleetFilter<D> =>
    ({
      versions: { [name]: { from: parseVersion(from), below: below === undefined ? undefined : parseVersion(below) } },
    }) as FleetFilter<D>;

  return { ...kind, used, emptyFleet, fleetOf, walk, ids, versions };
}
