import { type Device, type FleetFilter, InvalidPlaceError } from '../../src/index.js';
import { longText } from '../awkward-texts.js';
import { instant } from '../builders.js';
import { type ContractCase, expectEqual, expectRejection } from '../contract-case.js';
import { NEWEST, ORDERS, type Searching } from './searching.js';

/** What the order, the pages and the total of a search promise. */
export function fleetPagesContract<D extends Device>({
  build,
  used,
  emptyFleet,
  fleetOf,
  ids,
  systemVersion,
}: Searching<D>): ContractCase[] {
  return [
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
          const { repository, queries, settle } = await emptyFleet();
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
  ];
}
