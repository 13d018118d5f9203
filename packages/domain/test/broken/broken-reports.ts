import type { FleetReportQueries, MobileDevice, ProductQueries } from '../../src/index.js';
import { type ContractCase, patientReportsContract, productsContract } from '../../testing/index.js';
import { subjectAnswering, type WrongAnswer } from './wrong-answers.js';

type Reports = FleetReportQueries<MobileDevice>;

function counting(wrong: (good: Reports) => Partial<Reports>): ContractCase[] {
  return patientReportsContract(
    subjectAnswering(({ reports }) => ({
      reports: { ...reports, patients: { ...reports.patients, ...wrong(reports.patients) } },
    })),
  );
}

function listing(wrong: (good: ProductQueries) => ProductQueries): ContractCase[] {
  return productsContract(
    subjectAnswering(({ reports }) => ({ reports: { ...reports, products: wrong(reports.products) } })),
  );
}

export const wrongReports: readonly WrongAnswer[] = [
  {
    mistake: 'a history that says since when it is complete where nothing is missing',
    noticedBy: 'an empty fleet has no people',
    cases: counting((good) => ({
      readHistory: async (request) => ({ ...(await good.readHistory(request)), completeSince: 0 }),
    })),
  },
  {
    mistake: 'a count of the groups that are shown',
    noticedBy:
      'each person counts once, in the group of the current installation; groups of the same size are in order of code points',
    cases: counting((good) => ({
      countGroups: async (request) => {
        const counted = await good.countGroups(request);
        return { ...counted, groups: counted.first.length };
      },
    })),
  },
  {
    mistake: 'a count of everybody',
    noticedBy: 'a filter chooses who is counted',
    cases: counting((good) => ({ countGroups: (request) => good.countGroups({ ...request, filter: {} }) })),
  },
  {
    mistake: 'a history by day where the ends of months were asked for',
    noticedBy: 'the history has each person from the effective date on, and a version until the day of its change',
    cases: counting((good) => ({ readHistory: ({ appProduct }) => good.readHistory({ appProduct }) })),
  },
  {
    mistake: 'a history that guesses the version that is not known',
    noticedBy: 'unknown versions are counted apart, and so are wrong clocks',
    cases: counting((good) => ({
      readHistory: async (request) => {
        const history = await good.readHistory(request);
        return {
          ...history,
          versions: history.versions.map((version) => ({ ...version, kind: 'version' as const })),
        };
      },
    })),
  },
  {
    mistake: 'a history that trusts every clock',
    noticedBy: 'unknown versions are counted apart, and so are wrong clocks',
    cases: counting((good) => ({
      readHistory: async (request) => ({ ...(await good.readHistory(request)), clockSuspect: 0 }),
    })),
  },
  {
    mistake: 'a count without the people of the groups that are left out',
    noticedBy: 'after random histories every figure is that of the plain rule, and all of them add up',
    cases: counting((good) => ({
      countGroups: async (request) => {
        const counted = await good.countGroups(request);
        return { ...counted, people: counted.first.reduce((sum, { people }) => sum + people, 0) };
      },
    })),
  },
  {
    mistake: 'a list of products by installations',
    noticedBy: 'products are listed by audience, then people, then name, without those that no one runs',
    cases: listing((good) => ({
      countProducts: async () => {
        const counted = await good.countProducts();
        return { ...counted, products: counted.products.map((one) => ({ ...one, people: one.installations })) };
      },
    })),
  },
];
