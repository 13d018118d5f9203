import { compareInstants, compareLatestFirst } from '../../src/index.js';
import { type Installation, type Mistake, type Repository, remembering } from './broken-repository.js';

type Order = (left: Installation, right: Installation) => number;

const byDate: Order = (left, right) => compareInstants(right.firstUsed.instant, left.firstUsed.instant);
const byVersion: Order = (left, right) => compareUtf16(right.device.appVersion, left.device.appVersion);
const byCreation: Order = (left, right) => compareInstants(right.audit.created, left.audit.created);
const byId: Order = (left, right) => compareUtf16(right.id, left.id);

function compareUtf16(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A repository with an order of its own for the latest: the first of `orders` under which two differ decides. */
function ordered(...orders: Order[]): (good: Repository) => Partial<Repository> {
  return (good) => {
    const { all, repository } = remembering(good);
    const compare: Order = (left, right) => orders.map((order) => order(left, right)).find((sign) => sign !== 0) ?? 0;
    const findLatest: Repository['findLatest'] = async (ownerId) =>
      [...all.values()].filter((record) => record.ownerId === ownerId).sort(compare)[0];
    return { ...repository, findLatest };
  };
}

const BY_DATE = 'the latest is found by the instant of first use, whatever its offset';
const BY_VERSION = 'the latest is found then by app version as text, by code point';
const BY_LONG_VERSION = 'the latest is found then by app version, however long';

export const wrongLatests: readonly Mistake[] = [
  {
    mistake: 'returns the latest of all owners',
    noticedBy: 'an owner without installations has no latest',
    make: (good) => {
      const { all, repository } = remembering(good);
      return { ...repository, findLatest: async () => [...all.values()].sort(byDate)[0] };
    },
  },
  { mistake: 'returns the one added first', noticedBy: BY_DATE, make: ordered(() => 0) },
  { mistake: 'returns the one created last', noticedBy: BY_DATE, make: ordered(byCreation, byDate, byVersion, byId) },
  {
    mistake: 'orders by local time',
    noticedBy: BY_DATE,
    make: ordered((left, right) => {
      const local = ({ firstUsed: { instant, offsetSeconds } }: Installation) =>
        instant.epochSeconds + offsetSeconds + instant.microsecond / 1e6;
      return local(right) - local(left);
    }),
  },
  {
    mistake: 'orders by milliseconds',
    noticedBy: BY_DATE,
    make: ordered((left, right) => {
      const milliseconds = ({ firstUsed: { instant } }: Installation) =>
        instant.epochSeconds * 1000 + Math.floor(instant.microsecond / 1000);
      return milliseconds(right) - milliseconds(left);
    }, byVersion),
  },
  { mistake: 'orders earliest first', noticedBy: BY_DATE, make: ordered((left, right) => byDate(right, left)) },
  { mistake: 'forgets the app version', noticedBy: BY_VERSION, make: ordered(byDate, byCreation, byId) },
  { mistake: 'compares app versions by UTF-16 unit', noticedBy: BY_VERSION, make: ordered(byDate, byVersion) },
  {
    mistake: 'compares app versions as a person would',
    noticedBy: BY_VERSION,
    make: ordered(byDate, (left, right) =>
      right.device.appVersion.localeCompare(left.device.appVersion, 'en', { numeric: true }),
    ),
  },
  {
    mistake: 'compares only what an index holds of an app version',
    noticedBy: BY_LONG_VERSION,
    make: ordered(byDate, (left, right) =>
      compareUtf16(right.device.appVersion.slice(0, 64), left.device.appVersion.slice(0, 64)),
    ),
  },
  {
    mistake: 'forgets the creation',
    noticedBy: 'the latest is found then by creation',
    make: ordered(byDate, byVersion, byId),
  },
  {
    mistake: 'leaves what is alike in every date to chance',
    noticedBy: 'the latest is found then by id, by code point',
    make: ordered(byDate, byVersion, byCreation),
  },
  {
    mistake: 'remembers the latest and does not notice that a date changes',
    noticedBy: 'a changed date of first use changes which is the latest',
    make: (good) => {
      const added: Installation[] = [];
      return {
        add: async (record, retry) => {
          const result = await good.add(record, retry);
          if (result.outcome === 'added') added.push(record);
          return result;
        },
        findLatest: async (ownerId) => {
          const latest = added.filter((record) => record.ownerId === ownerId).sort(compareLatestFirst)[0];
          return latest && good.find(latest);
        },
      };
    },
  },
  {
    mistake: 'batches lookups and gives each caller the answer to the last',
    noticedBy: 'many latests at once each get their own answer',
    make: (good) => {
      let answer: ReturnType<Repository['findLatest']>;
      return {
        findLatest: async (ownerId) => {
          answer = good.findLatest(ownerId);
          await Promise.resolve();
          return answer;
        },
      };
    },
  },
];
