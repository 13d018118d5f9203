import { InvalidPlaceError, type MeterQueries } from '../../src/index.js';
import { type ContractCase, meterQueriesContract } from '../../testing/index.js';
import { byNumber, subjectAnswering, type WrongAnswer } from './wrong-answers.js';

function reading(wrong: (good: MeterQueries) => Partial<MeterQueries>): ContractCase[] {
  return meterQueriesContract(
    subjectAnswering(({ allMeters }) => ({ allMeters: { ...allMeters, ...wrong(allMeters) } })),
  );
}

export const wrongMeterQueries: readonly WrongAnswer[] = [
  {
    mistake: 'a search that promises more than there is',
    noticedBy: 'without any meter nothing is found',
    cases: reading((good) => ({ search: async (search) => ({ ...(await good.search(search)), more: true }) })),
  },
  {
    mistake: 'a search that knows one order',
    noticedBy: 'a search finds what the reference finds, in both orders',
    cases: reading((good) => ({ search: (search) => good.search({ ...search, order: 'newest' }) })),
  },
  {
    mistake: 'a search that has no second page',
    noticedBy: 'a walk in pages finds every meter once',
    cases: reading((good) => ({ search: async (search) => ({ ...(await good.search(search)), more: false }) })),
  },
  {
    mistake: 'a search that finds its pages by number',
    noticedBy: 'a walk during writes finds every meter that keeps its place exactly once',
    cases: reading((good) => ({ search: byNumber(good.search) })),
  },
  {
    mistake: 'a search that counts without end',
    noticedBy: 'the total counts all that are wanted, up to a limit',
    cases: reading((good) => ({
      search: ({ countUpTo, ...search }) =>
        good.search(countUpTo === undefined ? search : { ...search, countUpTo: 1_000_000 }),
    })),
  },
  {
    mistake: 'a search that always counts',
    noticedBy: 'a total is absent when it was not wanted',
    cases: reading((good) => ({ search: (search) => good.search({ countUpTo: 10, ...search }) })),
  },
  {
    mistake: 'a search that starts over at a place that it cannot read',
    noticedBy: 'an invalid place is refused',
    cases: reading((good) => ({
      search: (search) =>
        good.search(search).catch((error: unknown) => {
          if (!(error instanceof InvalidPlaceError)) throw error;
          const { after: _, ...rest } = search;
          return good.search(rest);
        }),
    })),
  },
  {
    mistake: 'a count that has an empty group',
    noticedBy: 'without any meter no one has answered',
    cases: reading((good) => ({
      countAgreement: async (request) => {
        const counted = await good.countAgreement(request);
        return { ...counted, groups: [...counted.groups, { name: null, told: 0, disagree: 0 }] };
      },
    })),
  },
  {
    mistake: 'a count without groups of long names',
    noticedBy: 'groups with long names may be fewer than requested, but never none, and all are counted',
    cases: reading((good) => ({
      countAgreement: async (request) => {
        const counted = await good.countAgreement(request);
        return { ...counted, groups: counted.groups.filter(({ name }) => (name?.length ?? 0) < 1_000) };
      },
    })),
  },
  {
    mistake: 'a count that takes everybody to agree',
    noticedBy: 'answers are counted as the reference counts them',
    cases: reading((good) => ({
      countAgreement: async (request) => {
        const counted = await good.countAgreement(request);
        return { ...counted, counts: counted.counts.map((count) => ({ ...count, disagree: 0 })) };
      },
    })),
  },
];
