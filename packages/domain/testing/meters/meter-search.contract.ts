import {
  type BloodGlucoseMeter,
  InvalidPlaceError,
  type MeterFilter,
  type MeterQueries,
  parseVersion,
} from '../../src/index.js';
import { awkwardTexts } from '../awkward-texts.js';
import { aBloodGlucoseMeter, instant, recordId } from '../builders.js';
import { type ContractCase, expectEqual, expectRejection } from '../contract-case.js';
import type { FleetSubject } from '../fleet/searching.js';
import { bothFilled, meterOf } from './sample-meters.js';

/** What searching the meters of all patients promises. */
export function meterSearchContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return [
    {
      name: 'without any meter nothing is found',
      check: async () => {
        const { allMeters } = (await newSubject()).store.queries;
        const found = await allMeters.search({ filter: {}, order: 'newest', limit: 10, countUpTo: 10 });
        expectEqual(
          { ...found, asOf: undefined },
          { results: [], more: false, total: { count: 0, exact: true }, asOf: undefined },
          'the page',
        );
      },
    },
    {
      name: 'a search finds what the reference finds, in both orders',
      check: async () => {
        const { queries, reference } = await bothFilled(newSubject);
        for (const [name, filter] of Object.entries(FILTERS)) {
          for (const order of ['newest', 'oldest'] as const) {
            const expected = await reference.search({ filter, order, limit: 1_000, countUpTo: 1_000 });
            const actual = await queries.search({ filter, order, limit: 1_000, countUpTo: 1_000 });
            expectEqual(idsOf(actual.results), idsOf(expected.results), `${name}, ${order} first`);
            expectEqual(actual.total, expected.total, `the total of ${name}`);
          }
        }
      },
    },
    {
      name: 'a walk in pages finds every meter once',
      check: async () => {
        const { queries, reference } = await bothFilled(newSubject);
        for (const [name, filter] of Object.entries({ all: {}, 'latest told': { latestTold: true } })) {
          for (const order of ['newest', 'oldest'] as const) {
            const expected = await reference.search({ filter, order, limit: 1_000 });
            const walked = await walk(queries, filter, order);
            expectEqual(idsOf(walked), idsOf(expected.results), `${name}, ${order} first`);
            expectEqual(
              walked.map(({ record }) => record),
              expected.results.map(({ record }) => record),
              'the records',
            );
          }
        }
      },
    },
    {
      name: 'a walk during writes finds every meter that keeps its place exactly once',
      check: async () => {
        for (const order of ['newest', 'oldest'] as const) {
          const { store, settle } = await newSubject();
          const { audit } = aBloodGlucoseMeter();
          const early = Array.from({ length: 8 }, (_, n) => ({
            ...meterOf(n),
            id: recordId(`r${n}`),
            dateVerified: instant(`2022-01-0${n + 1}T00:00:00Z`),
          }));
          for (const meter of early) await store.meters.add(meter);
          await settle();
          const found: string[] = [];
          const moved = new Set<string>();
          for (let after: string | undefined, more = true, number = 0; more; number++) {
            const page = await store.queries.allMeters.search({ filter: {}, order, limit: 2, after });
            found.push(...idsOf(page.results));
            after = page.results.at(-1)?.place;
            more = page.more;
            if (number > 3) continue;
            // One joins at each end, and the last one shown moves away.
            for (const date of [`2021-12-31T00:00:0${number}Z`, `2022-02-01T00:00:0${number}Z`])
              await store.meters.add({ ...meterOf(0), id: recordId(date), dateVerified: instant(date) });
            const last = early.find(({ id }) => id === page.results.at(-1)?.record.id);
            if (last === undefined) continue;
            moved.add(last.id);
            const fields = { dateVerified: instant(`2022-03-01T00:00:0${number}Z`) };
            const ref = { ownerId: last.patientId, id: last.id };
            await store.meters.update(ref, { fields, at: audit.modified, by: audit.modifiedBy });
          }
          const stayed = early.map(({ id }) => String(id)).filter((id) => !moved.has(id));
          expectEqual(
            found.filter((id) => stayed.includes(id)),
            order === 'oldest' ? stayed : stayed.toReversed(),
            `those that stayed, ${order} first`,
          );
        }
      },
    },
    {
      name: 'the total counts all that are wanted, up to a limit',
      check: async () => {
        const { queries, reference } = await bothFilled(newSubject);
        const { results } = await reference.search({ filter: {}, order: 'newest', limit: 1_000 });
        for (const [countUpTo, total] of [
          [results.length, { count: results.length, exact: true }],
          [results.length - 1, { count: results.length - 1, exact: false }],
        ] as const) {
          const page = await queries.search({ filter: {}, order: 'newest', limit: 1, countUpTo });
          expectEqual(page.total, total, `the total up to ${countUpTo}`);
        }
      },
    },
    {
      name: 'a total is absent when it was not wanted',
      check: async () => {
        const { queries } = await bothFilled(newSubject);
        expectEqual('total' in (await queries.search({ filter: {}, order: 'newest', limit: 1 })), false, 'it');
      },
    },
    {
      name: 'an invalid place is refused',
      check: async () => {
        const { queries } = await bothFilled(newSubject);
        for (const after of [
          '',
          'x',
          'null',
          '[]',
          '["a","b","c"]',
          '["2022-02-30","2022-01-01","x"]',
          '["2022-01-01 00:00+99","2022-01-01","x"]',
          '[1,2,3]',
        ]) {
          const search = queries.search({ filter: {}, order: 'newest', limit: 1, after });
          await expectRejection(search, InvalidPlaceError, `after ${after}`);
        }
      },
    },
  ];
}

const FILTERS: Readonly<Record<string, MeterFilter>> = {
  everything: {},
  'one patient': { patientId: ['p1'] },
  'a patient with a long id': { patientId: [`p${'9'.repeat(300)}`] },
  'several patients': { patientId: ['p1', 'p2', 'nobody'] },
  'a serial number': { serialNumber: ['SN-1'] },
  'no serial number': { serialNumber: [''] },
  'a long serial number': { serialNumber: [`SN${'x'.repeat(300)}`] },
  'a phone': { mobileId: ['phone-1'] },
  'a product': { appProduct: ['GDM'] },
  'awkward products': { appProduct: awkwardTexts },
  'a version': { appVersion: ['4.2.0', ''] },
  'versions from': { appVersionRange: { from: parseVersion('4.2') } },
  'versions below': { appVersionRange: { below: parseVersion('4.2.0') } },
  'versions between': { appVersionRange: { from: parseVersion('4.2.0-beta'), below: parseVersion('10') } },
  confirmed: { isBgValueCorrect: [true] },
  'not confirmed': { isBgValueCorrect: [false] },
  'not answered': { isBgValueCorrect: [null] },
  'answered or not': { isBgValueCorrect: [null, false] },
  'a system': { phone: { phoneOs: ['Android'] } },
  'a manufacturer and a model': { phone: { manufacturer: ['Fairphone', ''], model: ['FP4', ''] } },
  'a time': { verifiedFrom: instant('2022-01-03T00:00:00Z'), verifiedBefore: instant('2022-01-06T00:00:00Z') },
  'latest told': { latestTold: true },
  'latest told, not confirmed': { latestTold: true, isBgValueCorrect: [false] },
  'latest told within a time': { latestTold: true, verifiedBefore: instant('2022-01-04T00:00:00Z') },
  'latest told of a product, a version and a system': {
    latestTold: true,
    appProduct: ['GDM'],
    appVersionRange: { below: parseVersion('5') },
    phone: { phoneOs: ['Android'] },
  },
};

function idsOf(results: readonly { readonly record: BloodGlucoseMeter }[]): string[] {
  return results.map(({ record }) => record.id);
}

async function walk(queries: MeterQueries, filter: MeterFilter, order: 'newest' | 'oldest') {
  const all: { readonly record: BloodGlucoseMeter; readonly place: string }[] = [];
  for (let after: string | undefined; ; after = all.at(-1)?.place) {
    const { results, more } = await queries.search({ filter, order, limit: 7, after });
    expectEqual(results.length > 0 && results.length <= 7, true, 'results of a page of a walk');
    all.push(...results);
    if (!more) return all;
  }
}
