import { InvalidPlaceError, type Listed, type Page, type RecordQueries } from '../../src/index.js';
import { type ContractCase, expectEqual, expectRejection } from '../contract-case.js';

/** A store under test, as far as the lists of one kind of record need it. */
export interface ListSubject<Owner, Entity> {
  readonly queries: RecordQueries<Owner, Entity>;
  add(record: Entity): Promise<unknown>;
  /** Changes a record so that it comes first in its owner's list. */
  moveToFront(record: Entity): Promise<unknown>;
}

/** What the contract needs to know of one kind of record. */
export interface ListKind<Owner, Entity> {
  readonly owner: Owner;
  /** That owner's lists, each in its order; the name says what decides. */
  readonly lists: Readonly<Record<string, readonly Entity[]>>;
  /** The `number`-th record of a list of that owner, counted from 0; `text` fills its longest field. */
  readonly numbered: (number: number, text?: string) => Entity;
  /** A record of another owner. */
  readonly another: Entity;
}

/** Too long for a page to hold a dozen of them. */
const MEGABYTE = 1_048_576;
/** The maximum length of a place, in characters: it goes into a URL. */
const LONGEST_PLACE = 1_000;

/**
 * What lists of one kind of record promise.
 *
 * @param newSubject returns a subject whose store is empty
 */
export function recordQueriesContract<Owner, Entity>(
  { owner, lists, numbered, another }: ListKind<Owner, Entity>,
  newSubject: () => Promise<ListSubject<Owner, Entity>>,
): ContractCase[] {
  const filled = async (records: readonly Entity[]) => {
    const subject = await newSubject();
    for (const record of records.toReversed()) await subject.add(record);
    return subject;
  };
  const five = [0, 1, 2, 3, 4].map((number) => numbered(number));
  const idsOf = (page: Page<Entity>) => page.results.map(({ record }) => record);

  return [
    {
      name: 'an owner without records has an empty list',
      check: async () => {
        const { queries, add } = await newSubject();
        await add(another);
        const { results, more } = await queries.list(owner, { limit: 10 });
        expectEqual({ results, more }, { results: [], more: false }, 'the page');
      },
    },
    ...Object.entries(lists).map(([name, list]) => ({
      name: `a list is walked ${name}`,
      check: async () => {
        const { queries } = await filled(list);
        for (const limit of [1, 2, list.length]) {
          expectEqual(
            (await walk(queries, owner, limit)).map(({ record }) => record),
            list,
            `in pages of ${limit}`,
          );
        }
      },
    })),
    {
      name: 'a list holds no records of others',
      check: async () => {
        const { queries } = await filled([...five, another]);
        expectEqual(idsOf(await queries.list(owner, { limit: 10 })), five, 'the list');
      },
    },
    {
      name: 'a page says whether there is more, exactly',
      check: async () => {
        const { queries } = await filled(five);
        for (const limit of [1, 4, 5, 6]) {
          const page = await queries.list(owner, { limit });
          expectEqual(page.more, limit < five.length, `more than ${limit}`);
          expectEqual(page.results.length, Math.min(limit, five.length), `how many of ${limit}`);
        }
      },
    },
    {
      name: 'a page says how many there are in all, where it is asked for',
      check: async () => {
        const { queries } = await filled([...five, another]);
        const counted = await queries.list(owner, { limit: 2, withTotal: true });
        expectEqual([counted.total, counted.results.length], [5, 2], 'the total, and the results');
        const after = counted.results.at(-1)?.place;
        expectEqual((await queries.list(owner, { limit: 2, after, withTotal: true })).total, 5, 'on another page');
        expectEqual((await queries.list(owner, { limit: 2 })).total, undefined, 'unasked');
      },
    },
    {
      name: 'a walk is not disturbed by what is added or moved meanwhile',
      check: async () => {
        const { queries, add, moveToFront } = await filled(five.slice(1));
        const first = await queries.list(owner, { limit: 2 });
        const last = first.results.at(-1);
        await add(numbered(0));
        if (last !== undefined) await moveToFront(last.record);
        const rest = await queries.list(owner, { limit: 10, after: last?.place });
        expectEqual([...idsOf(first), ...idsOf(rest)], five.slice(1), 'the records that were there throughout');
      },
    },
    {
      name: 'a walk continues after a record that has left its place, however long its texts',
      check: async () => {
        const long = [0, 1, 2].map((number) => numbered(number, 'x'.repeat(MEGABYTE)));
        const { queries, moveToFront } = await filled(long);
        const first = await queries.list(owner, { limit: 2 });
        const last = first.results.at(-1);
        if (last !== undefined) await moveToFront(last.record);
        const rest = await queries.list(owner, { limit: 10, after: last?.place });
        expectEqual([...idsOf(first), ...idsOf(rest)], long, 'the list');
      },
    },
    {
      name: 'a page of long records may be short, but is never empty',
      check: async () => {
        const long = Array.from({ length: 12 }, (_, number) => numbered(number, 'x'.repeat(MEGABYTE)));
        const { queries } = await filled(long);
        expectEqual(
          (await walk(queries, owner, 12)).map(({ record }) => record),
          long,
          'the list',
        );
      },
    },
    {
      name: 'a place is short enough for a URL',
      check: async () => {
        const long = [5, 6].map((number) => numbered(number, '💉'.repeat(MEGABYTE / 4)));
        const { queries } = await filled([...five, ...long]);
        const places = (await walk(queries, owner, 3)).map(({ place }) => place);
        expectEqual(
          places.filter((place) => place.length > LONGEST_PLACE),
          [],
          'places that are too long',
        );
      },
    },
    {
      name: 'an invalid place is refused',
      check: async () => {
        const { queries } = await filled(five);
        const texts = [3, 5].flatMap((length) =>
          ['x', '\0', '2022-02-30', '2022-01-01 00:00+99', '2022-01-01 00:00 Moon/Tycho', '9'.repeat(20)].map((each) =>
            JSON.stringify(Array.from({ length }, () => each)),
          ),
        );
        for (const after of ['', 'x', '0', 'null', '[]', '{}', '["a"]', '[1,2,3]', '[1,2,3,4,5]', ...texts]) {
          await expectRejection(queries.list(owner, { limit: 1, after }), InvalidPlaceError, `after ${after}`);
        }
      },
    },
    {
      name: 'many lists at once each get their own answer',
      check: async () => {
        const { queries } = await filled(five);
        const limits = Array.from({ length: 20 }, (_, index) => 1 + (index % 5));
        const pages = await Promise.all(limits.map((limit) => queries.list(owner, { limit })));
        expectEqual(
          pages.map(idsOf),
          limits.map((limit) => five.slice(0, limit)),
          'the pages',
        );
      },
    },
  ];
}

/** Walks through a list, page by page. */
async function walk<Owner, Entity>(
  queries: RecordQueries<Owner, Entity>,
  owner: Owner,
  limit: number,
): Promise<Listed<Entity>[]> {
  const all: Listed<Entity>[] = [];
  for (let after: string | undefined; ; after = all.at(-1)?.place) {
    const page = await queries.list(owner, { limit, after });
    expectEqual(page.results.length > 0 && page.results.length <= limit, true, 'results of a page of a walk');
    all.push(...page.results);
    if (!page.more) return all;
  }
}
