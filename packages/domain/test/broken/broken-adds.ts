import { DuplicateIdError, type Instant, UnavailableError } from '../../src/index.js';
import { text } from '../../testing/index.js';
import { type Mistake, remembering, roundTrip } from './broken-repository.js';

const inMilliseconds = ({ epochSeconds, microsecond }: Instant) => ({
  epochSeconds,
  microsecond: Math.floor(microsecond / 1000) * 1000,
});

export const wrongAdds: readonly Mistake[] = [
  {
    mistake: 'keeps dates as a JavaScript Date, in milliseconds',
    noticedBy: 'a record that was added is found, equal in every field',
    make: (good) => ({
      add: (record, retry) => {
        const firstUsed = { ...record.firstUsed, instant: inMilliseconds(record.firstUsed.instant) };
        return good.add({ ...record, firstUsed }, retry);
      },
    }),
  },
  {
    mistake: 'forgets the offset of the date',
    noticedBy: 'a record that was added is found, equal in every field',
    make: (good) => ({
      add: (record, retry) => good.add({ ...record, firstUsed: { ...record.firstUsed, offsetSeconds: 0 } }, retry),
    }),
  },
  {
    mistake: 'trims texts',
    noticedBy: 'values at the borders of their rules come back exactly',
    make: (good) => ({
      add: (record, retry) => {
        const device = { ...record.device, model: text(record.device.model.trim()) };
        return good.add({ ...record, device }, retry);
      },
    }),
  },
  {
    mistake: 'normalises texts',
    noticedBy: 'values at the borders of their rules come back exactly',
    make: (good) => ({
      add: (record, retry) => {
        const device = { ...record.device, model: text(record.device.model.normalize('NFC')) };
        return good.add({ ...record, device }, retry);
      },
    }),
  },
  {
    mistake: 'answers the added record, but stores another',
    noticedBy: 'a record that was added is found, equal in every field',
    make: (good) => ({
      add: async (record, retry) => {
        const result = await good.add({ ...record, device: { ...record.device, displayName: text('') } }, retry);
        return result.outcome === 'added' ? { outcome: 'added', record } : result;
      },
    }),
  },
  {
    mistake: 'finds records of any owner',
    noticedBy: 'a record of another owner, or of no such id, is not found',
    make: (good) => {
      const { all, repository } = remembering(good);
      return { ...repository, find: async ({ id }) => all.get(id) };
    },
  },
  {
    mistake: 'compares owners without their case',
    noticedBy: 'ids and owners are compared exactly: case, spaces and accents count',
    make: (good) => {
      const { all, repository } = remembering(good);
      const find: typeof good.find = async ({ ownerId, id }) => {
        const record = all.get(id);
        return record?.ownerId.toLowerCase() === ownerId.toLowerCase() ? record : undefined;
      };
      return { ...repository, find };
    },
  },
  {
    mistake: 'pads ids, so that spaces at their end do not count',
    noticedBy: 'ids and owners are compared exactly: case, spaces and accents count',
    make: (good) => {
      const taken = new Set<string>();
      return {
        add: async (record, retry) => {
          if (taken.has(record.id.trimEnd())) throw new DuplicateIdError('taken');
          taken.add(record.id.trimEnd());
          return good.add(record, retry);
        },
      };
    },
  },
  {
    mistake: 'overwrites a record whose id is taken',
    noticedBy: 'an id that is taken is refused, and what is stored stays',
    make: () => {
      const all = new Map();
      return {
        add: async (record) => {
          all.set(record.id, record);
          return { outcome: 'added', record };
        },
        find: async ({ id, ownerId }) => (all.get(id)?.ownerId === ownerId ? all.get(id) : undefined),
      };
    },
  },
  {
    mistake: 'refuses a taken id with another error',
    noticedBy: 'an id that is taken is refused, and what is stored stays',
    make: (good) => ({
      add: (record, retry) =>
        good.add(record, retry).catch(() => Promise.reject(new UnavailableError('duplicate key'))),
    }),
  },
  {
    mistake: 'gathers additions into one statement, which one taken id fails for all',
    noticedBy: 'of many additions at once, the one that is refused fails alone',
    make: (good) => {
      let failed: unknown;
      return {
        add: async (record, retry) => {
          failed = undefined;
          const result = await good.add(record, retry).catch((error: unknown) => {
            failed = error;
          });
          await roundTrip();
          if (failed || !result) throw failed;
          return result;
        },
      };
    },
  },
  {
    mistake: 'drops one of two additions with the same id and calls both added',
    noticedBy: 'of two additions with the same id at once, one is stored and the other refused',
    make: (good) => {
      const underWay = new Set<string>();
      return {
        add: async (record, retry) => {
          if (underWay.has(record.id)) return { outcome: 'added', record };
          underWay.add(record.id);
          const result = await good.add(record, retry).finally(roundTrip);
          underWay.delete(record.id);
          return result;
        },
      };
    },
  },
  {
    mistake: 'batches finds and gives each caller the answer to the last',
    noticedBy: 'many finds at once each get their own answer',
    make: (good) => {
      let answer: ReturnType<typeof good.find>;
      return {
        find: async (ref) => {
          answer = good.find(ref);
          await roundTrip();
          return answer;
        },
      };
    },
  },
  {
    mistake: 'gathers finds by id alone, so that the same one twice is answered once',
    noticedBy: 'many finds at once each get their own answer',
    make: (good) => {
      const underWay = new Set<string>();
      return {
        find: async (ref) => {
          if (underWay.has(ref.id)) return undefined;
          underWay.add(ref.id);
          await roundTrip();
          underWay.delete(ref.id);
          return good.find(ref);
        },
      };
    },
  },
];
