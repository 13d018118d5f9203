import { RETRY_WINDOW_SECONDS, type RetryKey } from '../../src/index.js';
import {
  type Installation,
  type Mistake,
  type Outcome,
  type Repository,
  remembering,
  roundTrip,
} from './broken-repository.js';

const FORGOTTEN = 'a retry key is forgotten after 24 hours, not before';
const AT_ONCE = 'of repetitions at once, one is added and the others add nothing';

/** A repository that counts every retry key as another one. */
function withKey(change: (key: string, owner: string) => string): (good: Repository) => Partial<Repository> {
  return (good) => ({
    add: (record, retry) => good.add(record, retry && { ...retry, key: change(retry.key, record.ownerId) as RetryKey }),
  });
}

export const wrongRetries: readonly Mistake[] = [
  {
    mistake: 'ignores retry keys',
    noticedBy: 'a repeated addition returns the first record as it was first added',
    make: (good) => ({ add: (record) => good.add(record) }),
  },
  {
    mistake: 'replays the record as it is now',
    noticedBy: 'a repeated addition returns the first record as it was first added',
    make: (good) => ({
      add: async (...args) => {
        const result = await good.add(...args);
        if (result.outcome !== 'replayed') return result;
        return { ...result, record: (await good.find(result.record)) ?? result.record };
      },
    }),
  },
  {
    mistake: 'adds the repetition too, and says it was replayed',
    noticedBy: 'a repeated addition returns the first record as it was first added',
    make: (good) => ({
      add: async (record, retry) => {
        const result = await good.add(record, retry);
        if (result.outcome === 'replayed' && record.id !== result.record.id) await good.add(record);
        return result;
      },
    }),
  },
  {
    mistake: 'calls a repetition added',
    noticedBy: 'a repeated addition returns the first record as it was first added',
    make: (good) => ({
      add: async (...args) => {
        const result = await good.add(...args);
        return result.outcome === 'replayed' ? { ...result, outcome: 'added' } : result;
      },
    }),
  },
  {
    mistake: 'keeps snapshots in a column that cuts long texts',
    noticedBy: 'values at the borders are replayed exactly',
    make: (good) => ({
      add: async (...args) => {
        const result = await good.add(...args);
        if (result.outcome !== 'replayed') return result;
        const record = JSON.parse(JSON.stringify(result.record), (_, value) =>
          typeof value === 'string' ? value.slice(0, 255) : value,
        );
        return { outcome: 'replayed', record };
      },
    }),
  },
  {
    mistake: 'takes the same details for a repetition, key or not',
    noticedBy: 'without a retry key, the same addition again is another record',
    make: (good) => ({
      add: (record, retry) => good.add(record, retry ?? { key: 'k' as RetryKey, fingerprint: 'the same' }),
    }),
  },
  {
    mistake: 'forgets the fingerprint',
    noticedBy: 'a retry key that was used for another request is a conflict',
    make: (good) => ({ add: (record, retry) => good.add(record, retry && { ...retry, fingerprint: '' }) }),
  },
  {
    mistake: 'looks at the bytes of a request alone',
    noticedBy: 'a request that says the same in another way is the same request',
    make: (good) => ({
      add: (record, retry) => good.add(record, retry && { ...retry, valuesFingerprint: undefined }),
    }),
  },
  {
    mistake: 'takes values that are not known for equal ones',
    noticedBy: 'requests whose values are unknown are distinguished by their fingerprints',
    make: (good) => ({
      add: (record, retry) =>
        good.add(record, retry && { ...retry, valuesFingerprint: retry.valuesFingerprint ?? 'unknown' }),
    }),
  },
  {
    mistake: 'keeps the fingerprint of the last request, not of the first',
    noticedBy: 'a retry key that was used for another request is a conflict',
    make: (good) => {
      const lastFingerprint = new Map<string, string>();
      return {
        add: async (record, retry) => {
          const result = await good.add(record, retry);
          const last = retry && lastFingerprint.get(record.ownerId + retry.key);
          if (retry) lastFingerprint.set(record.ownerId + retry.key, retry.fingerprint);
          return result.outcome === 'replayed' && last !== retry?.fingerprint ? { outcome: 'conflict' } : result;
        },
      };
    },
  },
  {
    mistake: 'counts a key for all owners',
    noticedBy: 'a retry key counts for its owner alone',
    make: (good) => {
      const first = new Map<string, Outcome>();
      return {
        add: async (record, retry) => {
          const earlier = retry && first.get(retry.key);
          if (earlier?.outcome === 'added' && earlier.record.ownerId !== record.ownerId) return { outcome: 'conflict' };
          const result = await good.add(record, retry);
          if (retry && !earlier) first.set(retry.key, result);
          return result;
        },
      };
    },
  },
  {
    mistake: 'compares keys without their case',
    noticedBy: 'retry keys are compared exactly, whatever printable characters they hold',
    make: withKey((key) => key.toLowerCase()),
  },
  {
    mistake: 'cuts long keys',
    noticedBy: 'retry keys are compared exactly, whatever printable characters they hold',
    make: withKey((key) => key.slice(0, 254)),
  },
  {
    mistake: 'joins owner and key without a border between them',
    noticedBy: 'retry keys are compared exactly, whatever printable characters they hold',
    make: withKey((key) => key.trim()),
  },
  {
    mistake: 'never forgets a key',
    noticedBy: FORGOTTEN,
    make: (good) => {
      const first = new Map<string, { fingerprint: string; record: Installation }>();
      return {
        add: async (record, retry) => {
          if (!retry) return good.add(record);
          const name = record.ownerId + retry.key;
          const earlier = first.get(name);
          if (earlier?.fingerprint === retry.fingerprint) return { outcome: 'replayed', record: earlier.record };
          if (earlier) return { outcome: 'conflict' };
          const result = await good.add(record);
          first.set(name, { fingerprint: retry.fingerprint, record });
          return result;
        },
      };
    },
  },
  {
    mistake: 'counts the 24 hours in whole seconds',
    noticedBy: FORGOTTEN,
    make: (good) => {
      const first = new Map<string, number>();
      return {
        add: async (record, retry) => {
          const name = retry && record.ownerId + retry.key;
          const now = record.audit.created.epochSeconds;
          const since = now - (first.get(name ?? '') ?? now);
          if (name !== undefined && !first.has(name)) first.set(name, now);
          return since >= RETRY_WINDOW_SECONDS && retry?.fingerprint === 'the same'
            ? { outcome: 'added', record }
            : good.add(record, retry);
        },
      };
    },
  },
  {
    mistake: 'looks the key up first and writes it later, not in one step',
    noticedBy: AT_ONCE,
    make: (good) => {
      const { all, repository } = remembering(good);
      const byKey = new Map<string, string>();
      return {
        ...repository,
        add: async (record, retry) => {
          const name = retry && record.ownerId + retry.key;
          const earlier = name === undefined ? undefined : all.get(byKey.get(name) ?? '');
          await roundTrip();
          if (earlier) return { outcome: 'replayed', record: earlier };
          if (name !== undefined) byKey.set(name, record.id);
          return repository.add(record);
        },
      };
    },
  },
  {
    mistake: 'says for ever that the first request is under way',
    noticedBy: AT_ONCE,
    make: (good) => ({
      add: async (...args) => {
        const result = await good.add(...args);
        return result.outcome === 'replayed' ? { outcome: 'in-progress' } : result;
      },
    }),
  },
  {
    mistake: 'shares one answer among all who use a key at once',
    noticedBy: 'of different requests with one retry key at once, one is added and the others add nothing',
    make: (good) => {
      const underWay = new Map<string, Promise<Outcome>>();
      return {
        add: async (record, retry) => {
          const name = retry && record.ownerId + retry.key;
          const earlier = name === undefined ? undefined : underWay.get(name);
          if (earlier) {
            const answer = await earlier;
            return answer.outcome === 'added' ? { ...answer, outcome: 'replayed' } : answer;
          }
          const result = good.add(record, retry);
          if (name === undefined) return result;
          underWay.set(name, result);
          return result.finally(() => underWay.delete(name));
        },
      };
    },
  },
  {
    mistake: 'batches additions and gives each caller the answer to the last',
    noticedBy: 'many additions with a retry key each, at once, each get their own answer',
    make: (good) => {
      let answer: Promise<Outcome>;
      return {
        add: async (...args) => {
          answer = good.add(...args);
          answer.catch(() => undefined);
          await roundTrip();
          return answer;
        },
      };
    },
  },
  {
    mistake: 'remembers the key of an addition that was refused',
    noticedBy: 'an addition that is refused leaves no retry key behind',
    make: (good) => {
      const refused = new Set<string>();
      return {
        add: async (record, retry) => {
          const name = record.ownerId + (retry?.key ?? '');
          if (retry && refused.has(name)) return { outcome: 'in-progress' };
          return good.add(record, retry).catch((error: unknown) => {
            refused.add(name);
            throw error;
          });
        },
      };
    },
  },
];
