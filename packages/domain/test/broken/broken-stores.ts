import {
  type Clock,
  type CountedProducts,
  type DatabaseProbe,
  DuplicateIdError,
  type IdGenerator,
  type ReportAnswers,
  type Store,
} from '../../src/index.js';
import {
  accessLogContract,
  bloodGlucoseMeterRepositoryContract,
  type ContractCase,
  clockContract,
  dataEraserContract,
  fixedClock,
  glucose,
  healthyDatabaseProbeContract,
  idGeneratorContract,
  inMemoryStore,
  instant,
  personEraserContract,
  recordId,
  separateKindsContract,
  sequentialIds,
} from '../../testing/index.js';
import { byNumber, storeAnswering } from './wrong-answers.js';

/** A mistake in a port other than a repository of installations, as the contract sees it. */
interface OtherMistake {
  readonly mistake: string;
  readonly noticedBy: string;
  readonly cases: readonly ContractCase[];
}

const storeWith = (change: (good: Store) => Partial<Store>) => async () => {
  const good = inMemoryStore();
  return { ...good, ...change(good) };
};

const eraserOf = (change: (good: Store) => Partial<Store>) =>
  dataEraserContract(async () => ({ store: await storeWith(change)(), settle: async () => {} }));

const metersWith = (change: (good: Store['meters']) => Partial<Store['meters']>) =>
  bloodGlucoseMeterRepositoryContract(async () => {
    const good = inMemoryStore().meters;
    return { ...good, ...change(good) };
  });

const clockOf = (now: Clock['now']) => clockContract({ now });
const idsOf = (next: IdGenerator['next']) => idGeneratorContract({ next });
const probeOf = (check: DatabaseProbe['check']) => healthyDatabaseProbeContract(async () => ({ check }));

const earlier = fixedClock(instant('2022-03-04T05:06:07Z'));

export const otherMistakes: readonly OtherMistake[] = [
  {
    mistake: 'a repository of meters that stores a missing answer as false',
    noticedBy: 'values at the borders of their rules come back exactly',
    cases: metersWith((good) => ({
      add: (meter, retry) => good.add({ ...meter, isBgValueCorrect: meter.isBgValueCorrect ?? false }, retry),
    })),
  },
  {
    mistake: 'a repository of meters that keeps three digits of a blood glucose value',
    noticedBy: 'values at the borders of their rules come back exactly',
    cases: metersWith((good) => ({
      add: (meter, retry) => {
        const value = meter.bloodGlucoseValue;
        const bloodGlucoseValue = value === null ? null : glucose(Number(value.toPrecision(3)));
        return good.add({ ...meter, bloodGlucoseValue }, retry);
      },
    })),
  },
  {
    mistake: 'a repository of meters that takes a null for a field that is not named',
    noticedBy: 'a change changes the named field and the modification, nothing else',
    cases: metersWith((good) => ({
      update: (ref, change, expected) => {
        const named = Object.entries(change.fields).filter(([, value]) => value !== null);
        return good.update(ref, { ...change, fields: Object.fromEntries(named) }, expected);
      },
    })),
  },
  {
    mistake: 'a store that counts a retry key for all kinds of records',
    noticedBy: 'records of different kinds may have the same id, owner and retry key',
    cases: separateKindsContract(
      storeWith(({ meters, patientInstallations }) => {
        let used = false;
        return {
          patientInstallations: {
            ...patientInstallations,
            add: (installation, retry) => {
              used = retry !== undefined;
              return patientInstallations.add(installation, retry);
            },
          },
          meters: {
            ...meters,
            add: async (meter, retry) => (used ? { outcome: 'conflict' } : meters.add(meter, retry)),
          },
        };
      }),
    ),
  },
  {
    mistake: 'a store that refuses an id which another kind of record has',
    noticedBy: 'records of different kinds may have the same id, owner and retry key',
    cases: separateKindsContract(
      storeWith(({ meters }) => ({
        meters: { ...meters, add: () => Promise.reject(new DuplicateIdError('taken by an installation')) },
      })),
    ),
  },
  {
    mistake: 'an eraser that forgets the meters',
    noticedBy: 'after erasing there is no record and no remembered retry key',
    cases: eraserOf(() => ({ meters: inMemoryStore().meters })),
  },
  {
    mistake: 'an eraser that leaves retry keys behind',
    noticedBy: 'after erasing there is no record and no remembered retry key',
    cases: eraserOf(({ meters }) => {
      const keys = new Set<string>();
      return {
        meters: {
          ...meters,
          add: async (meter, retry) => {
            if (retry && keys.has(retry.key)) return { outcome: 'conflict' };
            if (retry) keys.add(retry.key);
            return meters.add(meter, retry);
          },
        },
      };
    }),
  },
  {
    mistake: 'an eraser that leaves the products that people ran',
    noticedBy: 'after erasing, neither searches nor reports nor revisions show what there was',
    cases: eraserOf(({ queries }) => {
      let counted: CountedProducts | undefined;
      const { products } = queries.reports;
      const countProducts = async () => {
        counted ??= await products.countProducts();
        return counted;
      };
      return { queries: { ...queries, reports: { ...queries.reports, products: { countProducts } } } };
    }),
  },
  {
    mistake: 'an eraser that leaves the answers that were made before',
    noticedBy: 'after erasing, neither searches nor reports nor revisions show what there was',
    cases: eraserOf(({ queries }) => {
      const kept = new Map<string, object>();
      const answers: ReportAnswers = {
        async once<Answer extends object>(question: string, work: () => Promise<Answer>) {
          const answer = kept.get(question) ?? (await work());
          kept.set(question, answer);
          return answer as Answer;
        },
      };
      return { queries: { ...queries, reports: { ...queries.reports, answers } } };
    }),
  },
  {
    mistake: 'an eraser that removes accesses too',
    noticedBy: 'accesses and the receipts of erasures stay',
    cases: eraserOf(({ accessLog, eraser }) => ({
      eraser: {
        eraseAll: async () => {
          await eraser.eraseAll();
          await accessLog.removeOlderThan(-36_500, 1_000);
        },
      },
    })),
  },
  {
    mistake: 'an eraser that removes receipts too',
    noticedBy: 'accesses and the receipts of erasures stay',
    cases: eraserOf(({ eraser, queries }) => {
      const { list, find } = queries.erasures;
      let erased = false;
      return {
        queries: { ...queries, erasures: { list, find: async (id) => (erased ? undefined : find(id)) } },
        eraser: {
          eraseAll: async () => {
            await eraser.eraseAll();
            erased = true;
          },
        },
      };
    }),
  },
  {
    mistake: 'a log of accesses that finds its pages by number',
    noticedBy: 'a walk while accesses are added finds those that were there exactly once',
    cases: accessLogContract(
      storeAnswering(({ accesses }) => ({
        accesses: { list: (filter, page) => byNumber((each: typeof page) => accesses.list(filter, each))(page) },
      })),
    ),
  },
  {
    mistake: 'a list of receipts that finds its pages by number',
    noticedBy: 'receipts are listed newest first, page by page, each once while others are added',
    cases: personEraserContract(
      storeAnswering(({ erasures }) => ({ erasures: { ...erasures, list: byNumber(erasures.list) } })),
    ),
  },
  {
    mistake: 'a clock of fractions of a microsecond',
    noticedBy: 'it returns instants of whole microseconds',
    cases: clockOf(() => ({ epochSeconds: 0, microsecond: 0.5 })),
  },
  {
    mistake: 'a clock of fractions of a second',
    noticedBy: 'it returns instants of whole microseconds',
    cases: clockOf(() => ({ epochSeconds: 0.5, microsecond: 0 })),
  },
  {
    mistake: 'a clock that runs backwards',
    noticedBy: 'it does not run backwards from one call to the next',
    cases: clockOf(() => {
      const now = earlier.now();
      earlier.set({ ...now, epochSeconds: now.epochSeconds - 1 });
      return now;
    }),
  },
  ...['8A8A27A2-6D3F-4D4E-9C59-0F5A2B6F7C01', '8a8a27a2-6d3f-1d4e-9c59-0f5a2b6f7c01', 'no uuid'].map((id) => ({
    mistake: `a generator of ids such as ${id}`,
    noticedBy: 'its ids are version 4 UUIDs in lower case, never the same twice',
    cases: idsOf(() => recordId(id)),
  })),
  {
    mistake: 'a generator that returns an id twice',
    noticedBy: 'its ids are version 4 UUIDs in lower case, never the same twice',
    cases: idsOf(sequentialTwice()),
  },
  {
    mistake: 'a probe that fails',
    noticedBy: 'a store that can serve passes both checks',
    cases: probeOf(async () => [
      { checker: 'database_connectivity_test', passed: true, output: '' },
      { checker: 'database_version_test', passed: false, output: '' },
    ]),
  },
  {
    mistake: 'a probe that leaves a check out',
    noticedBy: 'a store that can serve passes both checks',
    cases: probeOf(async () => [{ checker: 'database_connectivity_test', passed: true, output: '' }]),
  },
];

function sequentialTwice(): IdGenerator['next'] {
  const ids = sequentialIds();
  let last: ReturnType<IdGenerator['next']> | undefined;
  return () => {
    const next = last ?? ids.next();
    last = last === undefined ? next : undefined;
    return next;
  };
}
