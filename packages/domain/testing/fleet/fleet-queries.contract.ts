import {
  type DesktopDevice,
  type Device,
  type FleetFilter,
  type FleetMember,
  type FleetOrder,
  type FleetQueries,
  type Installation,
  type InstallationRepository,
  InvalidPlaceError,
  type MobileDevice,
  parseVersion,
  type Store,
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
import { type ContractCase, expectEqual, expectRejection } from '../contract-case.js';
import { inMemoryStore } from '../in-memory-repositories.js';
import { randomNumbers } from './random-numbers.js';

/** A store, and a way to bring what is derived from its records up to date. */
export interface FleetSubject {
  readonly store: Store;
  /** Resolves when all that was stored by now can be found. */
  settle(): Promise<void>;
}

/**
 * What the search across patients promises.
 *
 * @param newSubject returns an empty store whose clock is later than 2022-03-04
 */
export function patientFleetContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return fleetQueriesContract<MobileDevice>(
    newSubject,
    aMobileInstallation,
    'phoneOsVersion',
    ({ patientInstallations, queries }) => ({
      repository: patientInstallations,
      queries: queries.fleet.patients,
    }),
  );
}

/**
 * What the search across clinicians promises.
 *
 * @param newSubject returns an empty store whose clock is later than 2022-03-04
 */
export function clinicianFleetContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return fleetQueriesContract<DesktopDevice>(
    newSubject,
    aDesktopInstallation,
    'desktopOsVersion',
    ({ clinicianInstallations, queries }) => ({
      repository: clinicianInstallations,
      queries: queries.fleet.clinicians,
    }),
  );
}

interface Ports<D extends Device> {
  readonly repository: InstallationRepository<D>;
  readonly queries: FleetQueries<D>;
}

const NEWEST: FleetOrder = { by: 'since', direction: 'descending' };
const ORDERS: readonly FleetOrder[] = (['since', 'lastSeen'] as const).flatMap((by) =>
  (['ascending', 'descending'] as const).map((direction) => ({ by, direction })),
);

function fleetQueriesContract<D extends Device>(
  newSubject: () => Promise<FleetSubject>,
  build: (overrides?: Partial<Installation<D>>) => Installation<D>,
  systemVersion: keyof D & string,
  portsOf: (store: Store) => Ports<D>,
): ContractCase[] {
  const used = (id: string, owner: string, at: string, appVersion = '1', more: FirstUse['texts'] = {}) =>
    usedInstallation(build, { id, owner, at, texts: { appVersion, ...more } });

  async function fleetOf(...installations: readonly Installation<D>[]): Promise<FleetQueries<D>> {
    const { store, settle } = await newSubject();
    const { repository, queries } = portsOf(store);
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
        const { store, settle } = await newSubject();
        const { repository, queries } = portsOf(store);
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
    {
      name: 'the order is by instant, then owner, then product, by code point',
      check: async () => {
        const [first, second] = ['2021-01-01T00:00:00Z', '2021-01-01T00:00:00.000001Z'];
        const ascending = [
          used('a', 'B', first),
          used('b', 'b', first, '1', { appProduct: '' }),
          used('c', 'b', first, '1', { appProduct: `${longText}a` }),
          used('d', 'b', first, '1', { appProduct: `${longText}b` }),
          used('e', 'é', first),
          used('f', '\uffff', first),
          used('g', '\u{10000}', first),
          used('h', 'A', second),
        ];
        const queries = await fleetOf(...ascending.toReversed());
        const names = ascending.map(({ id }) => id);
        const newestFirst = [...names.slice(-1), ...names.slice(0, -1)];
        for (const order of ORDERS) {
          expectEqual(
            await ids(queries, {}, order),
            order.direction === 'ascending' ? names : newestFirst,
            JSON.stringify(order),
          );
        }
      },
    },
    {
      name: 'texts are compared exactly, several are any of them, and all filters hold together',
      check: async () => {
        const queries = await fleetOf(
          used('a', 'one', '2021-01-01T00:00:00Z', '1.0', { uniqueDeviceCode: longText }),
          used('b', 'two', '2021-01-02T00:00:00Z', '1.0', { uniqueDeviceCode: `${longText}!` }),
          used('c', 'three', '2021-01-03T00:00:00Z', '', { uniqueDeviceCode: 'it\'s \\ "quoted"' }),
          used('d', 'Three', '2021-01-04T00:00:00Z', 'v1.0'),
        );
        const equal = (filter: Record<string, readonly string[]>) => ids(queries, { equal: filter } as FleetFilter<D>);
        expectEqual(await equal({ appVersion: ['1.0'] }), ['b', 'a'], 'one version');
        expectEqual(await equal({ appVersion: ['1.0', ''] }), ['c', 'b', 'a'], 'two versions');
        expectEqual(await equal({ uniqueDeviceCode: [longText] }), ['a'], 'a long code');
        expectEqual(await equal({ uniqueDeviceCode: ['it\'s \\ "quoted"'] }), ['c'], 'a code with quotes');
        expectEqual(await equal({ ownerId: ['three', 'x'.repeat(1000)] }), ['c'], 'an owner');
        expectEqual(
          await equal({ ownerId: ['one', 'two'], appVersion: ['1.0'], uniqueDeviceCode: [longText] }),
          ['a'],
          'all together',
        );
        expectEqual(await equal({ appProduct: ['none'] }), [], 'nobody');
      },
    },
    {
      name: 'ranges of versions go by their order, and leave out what has no place in it',
      check: async () => {
        const texts = ['4.9', 'v4.10', '4.10.0-beta', '4.10.0+1', 'dev', '', '5', `4.11+${'é'.repeat(100)}`];
        const list = (name: string) =>
          texts.map((version, index) =>
            used(`r${index}`, `owner ${index}`, `2021-01-0${index + 1}T00:00:00Z`, '1', { [name]: version }),
          );
        for (const name of ['appVersion', systemVersion]) {
          const queries = await fleetOf(...list(name));
          expectEqual(
            await ids(queries, versions(name, '4.10', '5.0')),
            ['r7', 'r3', 'r1'],
            `${name} from 4.10 below 5.0`,
          );
          expectEqual(
            await ids(queries, versions(name, '4.10-alpha')),
            ['r7', 'r6', 'r3', 'r2', 'r1'],
            `${name} from 4.10-alpha`,
          );
          expectEqual(await ids(queries, versions(name, '6')), [], `${name} from 6`);
        }
      },
    },
    {
      name: 'ranges of instants hold their beginning and not their end',
      check: async () => {
        const queries = await fleetOf(
          used('a', 'one', '2021-01-01T00:00:00Z'),
          used('b', 'two', '2021-01-01T00:00:00.000001Z'),
          used('c', 'three', '2021-01-01T00:00:00.000002Z'),
        );
        const range = { from: instant('2021-01-01T00:00:00.000001Z'), before: instant('2021-01-01T00:00:00.000002Z') };
        expectEqual(await ids(queries, { since: range }), ['b'], 'since');
        expectEqual(await ids(queries, { lastSeen: range }), ['b'], 'last seen');
      },
    },
    {
      name: 'the total counts all that are wanted, up to a limit',
      check: async () => {
        const queries = await fleetOf(...[1, 2, 3].map((n) => used(`r${n}`, `owner ${n}`, `2021-01-0${n}T00:00:00Z`)));
        const texts: Record<string, readonly string[]> = { [systemVersion]: [String(build().device[systemVersion])] };
        const system = { equal: texts } as FleetFilter<D>;
        for (const filter of [{}, system, { ...system, since: { from: instant('2021-01-01T00:00:00Z') } }]) {
          const total = async (countUpTo: number) =>
            (await queries.search({ filter, order: NEWEST, limit: 1, countUpTo })).total;
          expectEqual(
            [await total(3), await total(2)],
            [
              { count: 3, exact: true },
              { count: 2, exact: false },
            ],
            `totals of ${JSON.stringify(filter)}`,
          );
        }
        expectEqual(
          (await queries.search({ filter: {}, order: NEWEST, limit: 1 })).total,
          undefined,
          'total that was not asked for',
        );
      },
    },
    {
      name: 'a page that would take too much memory is shorter, and the walk continues after it',
      check: async () => {
        const huge = 'x'.repeat(1_000_000);
        const queries = await fleetOf(
          ...Array.from({ length: 12 }, (_, n) =>
            used(`r${n}`, `owner ${n}`, '2021-01-01T00:00:00Z', '1', { [systemVersion]: huge }),
          ),
        );
        const found: string[] = [];
        for (let after: string | undefined, more = true; more; ) {
          const page = await queries.search({ filter: {}, order: NEWEST, limit: 100, after });
          found.push(...page.results.map(({ record }) => record.ownerId));
          after = page.results.at(-1)?.place;
          more = page.more;
        }
        expectEqual(found, found.toSorted(), 'owners in order');
        expectEqual(new Set(found).size, 12, 'owners');
      },
    },
    {
      name: 'a walk during writes finds whoever keeps their place exactly once, in every order',
      check: async () => {
        for (const order of ORDERS) {
          const { store, settle } = await newSubject();
          const { repository, queries } = portsOf(store);
          const early = Array.from({ length: 8 }, (_, n) => used(`r${n}`, `owner ${n}`, `2021-01-0${n + 1}T00:00:00Z`));
          for (const installation of early) await repository.add(installation);
          await settle();
          const found: string[] = [];
          const moved = new Set(['owner 0', 'owner 7']);
          for (let after: string | undefined, more = true, number = 0; more; number++) {
            const page = await queries.search({ filter: {}, order, limit: 2, after });
            found.push(...page.results.map(({ record }) => record.ownerId));
            after = page.results.at(-1)?.place;
            more = page.more;
            if (number > 3) continue;
            // Two join, one at each end, and the last one shown moves, as do those who came first and last.
            moved.add(found.at(-1) ?? '');
            for (const [index, owner] of [...moved, `new ${number}`].entries())
              await repository.add(used(`w${number} ${index}`, owner, `2021-02-01T00:00:0${number}Z`));
            await repository.add(used(`e${number}`, `old ${number}`, `2020-12-31T00:00:0${number}Z`));
            await settle();
          }
          const stayed = early.map(({ ownerId }) => String(ownerId)).filter((name) => !moved.has(name));
          const expected = order.direction === 'ascending' ? stayed : stayed.toReversed();
          expectEqual(
            found.filter((owner) => stayed.includes(owner)),
            expected,
            `those who stayed, by ${JSON.stringify(order)}`,
          );
        }
      },
    },
    {
      name: 'an invalid place is refused',
      check: async () => {
        const queries = await fleetOf(used('a', 'one', '2021-01-01T00:00:00Z'));
        for (const after of [
          '',
          'x',
          '[]',
          '["a","b","c","d"]',
          '["2021-01-01","b"]',
          '["2021-01-01 00:00+99","b","c",""]',
          '{}',
        ]) {
          await expectRejection(
            queries.search({ filter: {}, order: NEWEST, limit: 1, after }),
            InvalidPlaceError,
            after,
          );
        }
      },
    },
    {
      name: 'after random histories every search finds what the plain rule finds',
      check: async () => {
        const { store, settle } = await newSubject();
        const reference = inMemoryStore({ now: () => instant('2022-03-04T00:00:00Z') });
        const both = [portsOf(store), portsOf(reference)] as const;
        const random = randomNumbers(7);
        const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
        const stored: Installation<D>[] = [];
        const day = () => `2021-01-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}T00:00:00Z`;
        for (let step = 0; step < 60; step++) {
          const version = pick(['1', '1.0', '1.1', '2-rc', '2', 'dev', '']);
          const record = pick(stored);
          if (record === undefined || random() < 0.6) {
            const product = pick(['GDM', 'OTHER', '']);
            const added = used(`r${step}`, `owner ${Math.floor(random() * 12)}`, day(), version, {
              appProduct: product,
              [systemVersion]: pick(['10', '9', 'x']),
            });
            stored.push(added);
            for (const { repository } of both) await repository.add(added);
          } else {
            const fields = {
              device: {
                appVersion: text(version),
                ...(random() < 0.3 ? { appProduct: text('OTHER') } : {}),
              } as Partial<D>,
            };
            const change = { fields, at: instant(day()), by: actor('x') };
            for (const { repository } of both) await repository.update(record, change);
          }
        }
        await settle();
        for (let search = 0; search < 40; search++) {
          const filter = {
            ...(random() < 0.4
              ? { equal: { appProduct: [pick(['GDM', 'OTHER', ''])], appVersion: [pick(['1', '']), '2', '1.1'] } }
              : {}),
            ...(random() < 0.4 ? versions('appVersion', pick(['1', '1.0.1']), pick([undefined, '2'])) : {}),
            ...(random() < 0.3 ? { since: { from: instant(day()) } } : {}),
            ...(random() < 0.3 ? { lastSeen: { before: instant(day()) } } : {}),
          } as FleetFilter<D>;
          const order = pick(ORDERS);
          const [found, expected] = await Promise.all(
            both.map(({ queries }) => walk(queries, filter, order, 1 + Math.floor(random() * 4))),
          );
          expectEqual(found, expected, JSON.stringify({ filter, order }));
        }
      },
    },
  ];
}
