import {
  type BloodGlucoseMeter,
  compareLatestVerifiedFirst,
  InvalidPlaceError,
  type ListPage,
  type ListRequest,
} from '../../src/index.js';
import { bloodGlucoseMeterQueriesContract, type ContractCase, inMemoryStore, instant } from '../../testing/index.js';

type Order = (left: BloodGlucoseMeter, right: BloodGlucoseMeter) => number;

/** A mistake in the lists of meters, which are those of every kind. */
interface WrongList {
  readonly mistake: string;
  readonly noticedBy: string;
  readonly cases: readonly ContractCase[];
}

/** Lists of one's own making over all meters there are. */
function lists(
  list: (
    all: readonly BloodGlucoseMeter[],
    owner: string,
    request: ListRequest,
  ) => Omit<ListPage<BloodGlucoseMeter>, 'asOf'>,
) {
  return bloodGlucoseMeterQueriesContract(async () => {
    const good = inMemoryStore();
    const all = new Map<string, BloodGlucoseMeter>();
    return {
      ...good,
      meters: {
        ...good.meters,
        add: async (meter, retry) => {
          all.set(meter.id, meter);
          return good.meters.add(meter, retry);
        },
        update: async (ref, change, expected) => {
          const outcome = await good.meters.update(ref, change, expected);
          if (outcome.outcome === 'updated') all.set(ref.id, outcome.record);
          return outcome;
        },
      },
      queries: {
        ...good.queries,
        meters: {
          list: async (owner, request) => ({
            ...list([...all.values()], owner, request),
            asOf: instant('2022-01-01T00:00:00Z'),
          }),
        },
      },
    };
  });
}

const ofOwner = (all: readonly BloodGlucoseMeter[], owner: string, order: Order = compareLatestVerifiedFirst) =>
  all.filter(({ patientId }) => patientId === owner).sort(order);

/** A list that counts: each place is the number of records before it. */
function counting(order: Order, { refuses = true, isFull = false, others = false, counts = false } = {}) {
  return lists((all, owner, { limit, after }) => {
    if (refuses && after !== undefined && !/^#\d+$/.test(after)) throw new InvalidPlaceError('no number');
    const start = after === undefined ? 0 : Number(after.slice(1)) || 0;
    const found = (others ? [...all].sort(order) : ofOwner(all, owner, order)).slice(start);
    const results = found.slice(0, limit).map((record, index) => ({ record, place: `#${start + index + 1}` }));
    const more = isFull ? results.length === limit : found.length > limit;
    return { results, more, ...(counts && { total: results.length }) };
  });
}

/** A list whose places are what `placeOf` makes of a record, found again among the present records. */
function pointing(placeOf: (record: BloodGlucoseMeter) => string, longest = Number.POSITIVE_INFINITY) {
  return lists((all, owner, { limit, after }) => {
    const sorted = ofOwner(all, owner);
    const start = after === undefined ? 0 : sorted.findIndex((record) => placeOf(record) === after) + 1;
    if (after !== undefined && start === 0) throw new InvalidPlaceError('no such record');
    const following = sorted.slice(start);
    const results = following
      .slice(0, limit)
      .filter(({ serialNumber }) => serialNumber.length < longest)
      .map((record) => ({ record, place: placeOf(record) }));
    return { results, more: following.length > limit };
  });
}

const byId: Order = (left, right) => (left.id < right.id ? 1 : -1);

export const wrongLists: readonly WrongList[] = [
  {
    mistake: 'a list that counts what came before',
    noticedBy: 'a walk is not disturbed by what is added or moved meanwhile',
    cases: counting(compareLatestVerifiedFirst),
  },
  {
    mistake: 'a list in the order of ids',
    noticedBy: 'a list is walked by date of verification',
    cases: counting(byId),
  },
  {
    mistake: 'a list that forgets the creation',
    noticedBy: 'a list is walked then by creation',
    cases: counting((left, right) => compareLatestVerifiedFirst({ ...left, audit: right.audit }, right)),
  },
  {
    mistake: 'a list that compares ids by UTF-16 unit, ascending',
    noticedBy: 'a list is walked then by id, by code point',
    cases: counting(
      (left, right) => compareLatestVerifiedFirst({ ...left, id: right.id }, right) || -byId(left, right),
    ),
  },
  {
    mistake: 'a list of everyone',
    noticedBy: 'a list holds no records of others',
    cases: counting(compareLatestVerifiedFirst, { others: true }),
  },
  {
    mistake: 'a list of everyone, for an owner without any',
    noticedBy: 'an owner without records has an empty list',
    cases: counting(compareLatestVerifiedFirst, { others: true }),
  },
  {
    mistake: 'a list that takes a full page for a sign of more',
    noticedBy: 'a page says whether there is more, exactly',
    cases: counting(compareLatestVerifiedFirst, { isFull: true }),
  },
  {
    mistake: 'a list that counts its page only',
    noticedBy: 'a page says how many there are in all, where it is asked for',
    cases: counting(compareLatestVerifiedFirst, { counts: true }),
  },
  {
    mistake: 'a list that starts over at a place that it cannot read',
    noticedBy: 'an invalid place is refused',
    cases: counting(compareLatestVerifiedFirst, { refuses: false }),
  },
  {
    mistake: 'a list that goes on after the record where it is now',
    noticedBy: 'a walk continues after a record that has left its place, however long its texts',
    cases: pointing(({ id }) => id),
  },
  {
    mistake: 'a list whose places hold whole records',
    noticedBy: 'a place is short enough for a URL',
    cases: pointing((record) => JSON.stringify(record)),
  },
  {
    mistake: 'a list that leaves out what is long',
    noticedBy: 'a page of long records may be short, but is never empty',
    cases: pointing(({ id }) => id, 1_000),
  },
  {
    mistake: 'a list that answers every caller with what the last one asked for',
    noticedBy: 'many lists at once each get their own answer',
    cases: confused(),
  },
];

function confused(): ContractCase[] {
  return bloodGlucoseMeterQueriesContract(async () => {
    const good = inMemoryStore();
    let answer: Promise<ListPage<BloodGlucoseMeter>>;
    return {
      ...good,
      queries: {
        ...good.queries,
        meters: {
          list: async (owner, request) => {
            answer = good.queries.meters.list(owner, request);
            await Promise.resolve();
            return answer;
          },
        },
      },
    };
  });
}
