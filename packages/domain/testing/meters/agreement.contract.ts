import type { Agreement, AgreementCount, AgreementDimension, AgreementFilter } from '../../src/index.js';
import { aBloodGlucoseMeter, instant, recordId, text } from '../builders.js';
import { type ContractCase, expectEqual } from '../contract-case.js';
import type { FleetSubject } from '../fleet/searching.js';
import { bothFilled } from './sample-meters.js';

/** What counting patients' answers promises. */
export function agreementContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return [
    {
      name: 'without any meter no one has answered',
      check: async () => {
        const { allMeters } = (await newSubject()).store.queries;
        for (const by of [undefined, ...DIMENSIONS]) {
          const { counts, groups } = await allMeters.countAgreement({ filter: {}, by, top: 10, first: () => [] });
          expectEqual({ counts, groups }, { counts: [], groups: [] }, `by ${by}`);
        }
      },
    },
    {
      name: 'groups with long names may be fewer than requested, but never none, and all are counted',
      check: async () => {
        const {
          store: { meters, queries },
          settle,
        } = await newSubject();
        for (const letter of ['a', 'b', 'c', 'd']) {
          const serialNumber = text(letter.repeat(MEGABYTE));
          await meters.add(aBloodGlucoseMeter({ id: recordId(letter), serialNumber }));
        }
        await settle();
        const request = { filter: {}, by: 'serial_number', top: 10, first: () => [] } as const;
        const { counts, groups } = await queries.allMeters.countAgreement(request);
        expectEqual(counts, [{ told: 1, disagree: 0, groups: 4 }], 'the counts');
        expectEqual(groups[0]?.name?.[0], 'a', 'the first group');
      },
    },
    {
      name: 'answers are counted as the reference counts them',
      check: async () => {
        const { queries, reference } = await bothFilled(newSubject);
        for (const [name, filter] of Object.entries(AGREEMENTS)) {
          for (const by of [undefined, ...DIMENSIONS]) {
            for (const request of [
              { filter, by, top: 1_000, first: () => [] },
              // Groups without disagreement come first.
              {
                filter,
                by,
                top: 3,
                first: (all: readonly Agreement[]) => all.filter(({ disagree }) => disagree === 0),
              },
            ]) {
              const expected = await reference.countAgreement(request);
              const actual = await queries.countAgreement(request);
              expectEqual(actual.groups, expected.groups, `${name} by ${by}`);
              expectEqual(sorted(actual.counts), sorted(expected.counts), `the counts of ${name} by ${by}`);
            }
          }
        }
      },
    },
  ];
}

/** So long that a report cannot hold many of them. */
const MEGABYTE = 1_048_576;

const DIMENSIONS: readonly AgreementDimension[] = ['app_version', 'serial_number', 'phone_os', 'manufacturer', 'model'];

const AGREEMENTS: Readonly<Record<string, AgreementFilter>> = {
  readings: {},
  'readings of a product': { appProduct: ['GDM'] },
  'readings of a time': {
    verifiedFrom: instant('2022-01-02T00:00:00Z'),
    verifiedBefore: instant('2022-01-05T00:00:00Z'),
  },
  meters: { latestTold: true },
  'meters of a product within a time': {
    latestTold: true,
    appProduct: ['GDM'],
    verifiedFrom: instant('2022-01-02T00:00:00Z'),
  },
};

function sorted(counts: readonly AgreementCount[]): string[] {
  return counts.map(({ told, disagree, groups }) => JSON.stringify([told, disagree, groups])).sort();
}
