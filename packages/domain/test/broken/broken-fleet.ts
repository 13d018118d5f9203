import {
  type Device,
  type FleetFilter,
  type FleetMember,
  type FleetQueries,
  InvalidPlaceError,
  type MobileDevice,
  type SearchPage,
} from '../../src/index.js';
import { type ContractCase, patientFleetContract } from '../../testing/index.js';
import { byNumber, subjectAnswering, type WrongAnswer } from './wrong-answers.js';

type Search = FleetQueries<MobileDevice>['search'];
type Found = SearchPage<FleetMember<MobileDevice>>;

function searching(wrong: (good: Search) => Search): ContractCase[] {
  return patientFleetContract(
    subjectAnswering(({ fleet }) => ({
      fleet: { ...fleet, patients: { search: wrong((request) => fleet.patients.search(request)) } },
    })),
  );
}

/** A search that understands its filter in another way. */
const filtering = (understand: (filter: FleetFilter<MobileDevice>) => FleetFilter<MobileDevice>) =>
  searching((good) => (request) => good({ ...request, filter: understand(request.filter) }));

/** A search that shows its members in another way. */
const showing = (change: (member: FleetMember<MobileDevice>) => Partial<FleetMember<MobileDevice>>) =>
  answering((page) => ({
    ...page,
    results: page.results.map(({ record, place }) => ({ place, record: { ...record, ...change(record) } })),
  }));

const answering = (change: (page: Found) => Found) =>
  searching((good) => async (request) => change(await good(request)));

const firstOfEach = ({ equal, ...filter }: FleetFilter<MobileDevice>): FleetFilter<MobileDevice> => ({
  ...filter,
  equal: equal && mapValues(equal, (texts) => texts?.slice(0, 1)),
});

function mapValues<T extends object>(object: T, change: (value: T[keyof T]) => T[keyof T]): T {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)])) as T;
}

const isLong = (device: Device) => Object.values(device).some((text) => text.length > 100_000);

export const wrongFleets: readonly WrongAnswer[] = [
  {
    mistake: 'a search that promises more than there is',
    noticedBy: 'a fleet without members has one empty page',
    cases: searching((good) => async (request) => {
      const page = await good(request);
      return { ...page, more: page.results.length === 0 };
    }),
  },
  {
    mistake: 'a search that counts one installation for each person',
    noticedBy: 'each person is found once for each product, with the current installation',
    cases: showing(() => ({ installations: 1 })),
  },
  {
    mistake: 'a search that takes a version for as old as its installation',
    noticedBy: 'a change shows since when the version runs, and nothing of it is lost',
    cases: showing(({ since }) => ({ versionSince: since })),
  },
  {
    mistake: 'a search that loses microseconds',
    noticedBy: 'a change shows since when the version runs, and nothing of it is lost',
    cases: showing(({ versionSince }) => ({ versionSince: { ...versionSince, microsecond: 0 } })),
  },
  {
    mistake: 'a search that knows one order',
    noticedBy: 'the order is by instant, then owner, then product, by code point',
    cases: searching((good) => (request) => good({ ...request, order: { by: 'since', direction: 'descending' } })),
  },
  {
    mistake: 'a search that takes the first of several texts',
    noticedBy: 'texts are compared exactly, several are any of them, and all filters hold together',
    cases: filtering(firstOfEach),
  },
  {
    mistake: 'a search that knows no upper bound of versions',
    noticedBy: 'ranges of versions go by their order, and leave out what has no place in it',
    cases: filtering(({ versions, ...filter }) => ({
      ...filter,
      versions: versions && mapValues(versions, (range) => range && { from: range.from }),
    })),
  },
  {
    mistake: 'a search that knows no end of time',
    noticedBy: 'ranges of instants hold their beginning and not their end',
    cases: filtering((filter) => ({ ...filter, since: filter.since && { from: filter.since.from } })),
  },
  {
    mistake: 'a search that counts its page',
    noticedBy: 'the total counts all that are wanted, up to a limit',
    cases: answering(({ total, ...page }) => ({
      ...page,
      ...(total && { total: { count: page.results.length, exact: true } }),
    })),
  },
  {
    mistake: 'a search that leaves out what is long',
    noticedBy: 'a page that would take too much memory is shorter, and the walk continues after it',
    cases: answering((page) => ({
      ...page,
      results: page.results.filter(({ record }) => !isLong(record.installation.device)),
    })),
  },
  {
    mistake: 'a search that finds its pages by number',
    noticedBy: 'a walk during writes finds whoever keeps their place exactly once, in every order',
    cases: searching(byNumber),
  },
  {
    mistake: 'a search that starts over at a place that it cannot read',
    noticedBy: 'an invalid place is refused',
    cases: searching(
      (good) => (request) =>
        good(request).catch((error: unknown) => {
          if (!(error instanceof InvalidPlaceError)) throw error;
          const { after: _, ...rest } = request;
          return good(rest);
        }),
    ),
  },
  {
    mistake: 'a search that saw everybody last when their version began',
    noticedBy: 'after random histories every search finds what the plain rule finds',
    cases: showing(({ versionSince }) => ({ lastSeen: versionSince })),
  },
];
