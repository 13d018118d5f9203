import {
  type Agreement,
  type AgreementCount,
  type AgreementDimension,
  type AgreementFilter,
  type BloodGlucoseMeter,
  InvalidPlaceError,
  type MeterFilter,
  type MeterQueries,
  parseVersion,
  type Store,
} from '../src/index.js';
import { awkwardTexts } from './awkward-texts.js';
import {
  aBloodGlucoseMeter,
  aMobileInstallation,
  instant,
  meterOwnerId,
  mobileId,
  ownerId,
  recordId,
  text,
} from './builders.js';
import { type ContractCase, expectEqual, expectRejection } from './contract-case.js';
import type { FleetSubject } from './fleet/searching.js';
import { inMemoryStore } from './in-memory-repositories.js';

/**
 * What reading the meters of all patients promises: what the reference implementation answers.
 *
 * @param newSubject returns an empty store
 */
export function meterQueriesContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  const bothFilled = async () => {
    const { store, settle } = await newSubject();
    const reference = inMemoryStore();
    for (const each of [store, reference]) await fill(each);
    await settle();
    return { queries: store.queries.allMeters, reference: reference.queries.allMeters };
  };
  return [
    {
      name: 'without any meter nothing is found, and no one has answered',
      check: async () => {
        const { allMeters } = (await newSubject()).store.queries;
        const found = await allMeters.search({ filter: {}, order: 'newest', limit: 10, countUpTo: 10 });
        expectEqual(
          { ...found, asOf: undefined },
          { results: [], more: false, total: { count: 0, exact: true }, asOf: undefined },
          'the page',
        );
        for (const by of [undefined, ...DIMENSIONS]) {
          const { counts, groups } = await allMeters.countAgreement({ filter: {}, by, top: 10, first: () => [] });
          expectEqual({ counts, groups }, { counts: [], groups: [] }, `by ${by}`);
        }
      },
    },
    {
      name: 'a search finds what the reference finds, in both orders',
      check: async () => {
        const { queries, reference } = await bothFilled();
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
        const { queries, reference } = await bothFilled();
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
        const { queries, reference } = await bothFilled();
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
        const { queries } = await bothFilled();
        expectEqual('total' in (await queries.search({ filter: {}, order: 'newest', limit: 1 })), false, 'it');
      },
    },
    {
      name: 'an invalid place is refused',
      check: async () => {
        const { queries } = await bothFilled();
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
        const { queries, reference } = await bothFilled();
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

const PATIENTS = ['p1', 'p2', `p${'9'.repeat(300)}`, 'P1'];
const SERIALS = ['SN-1', 'SN-2', '', `SN${'x'.repeat(300)}`, `SN${'x'.repeat(299)}y`];
const VERSIONS = ['4.1.9', '4.2', '4.2.0', 'v4.2.0-beta', '4.10', 'unordered', '', '99'];
const ANSWERS = [true, false, null, true, false];

/** Patients with one phone each (another patient's meter names one of them), and sixty meters. */
async function fill({ meters, patientInstallations }: Store): Promise<void> {
  const { device } = aMobileInstallation();
  for (const [index, phoneOs] of ['Android', 'iOS', ''].entries()) {
    const installation = aMobileInstallation({
      id: recordId(`phone-${index}`),
      ownerId: ownerId(index === 2 ? 'p1' : `p${index + 1}`),
      device: { ...device, phoneOs: text(phoneOs), manufacturer: text(index === 0 ? 'Fairphone' : '') },
    });
    await patientInstallations.add(installation);
  }
  for (let index = 0; index < 60; index++) await meters.add(meterOf(index));
}

/** The strides have no common factor, so every value meets every other. */
function meterOf(index: number): BloodGlucoseMeter {
  const { audit } = aBloodGlucoseMeter();
  const day = 1 + (index % 7);
  return aBloodGlucoseMeter({
    id: recordId(`m${(index * 37) % 60}`),
    patientId: meterOwnerId(PATIENTS[index % PATIENTS.length] ?? ''),
    serialNumber: text(SERIALS[(index * 3) % SERIALS.length] ?? ''),
    mobileId: mobileId(`phone-${index % 4}`),
    dateVerified: instant(`2022-01-0${day}T00:00:00.00000${index % 2}Z`),
    isBgValueCorrect: ANSWERS[(index * 2 + Math.floor(index / 7)) % ANSWERS.length] ?? null,
    appProduct: text(index % 5 === 0 ? (awkwardTexts[index % awkwardTexts.length] ?? '') : 'GDM'),
    appVersion: text(VERSIONS[Math.floor(index / 3) % VERSIONS.length] ?? ''),
    audit: { ...audit, created: instant(`2022-03-0${1 + (index % 3)}T00:00:00Z`) },
  });
}

function sorted(counts: readonly AgreementCount[]): string[] {
  return counts.map(({ told, disagree, groups }) => JSON.stringify([told, disagree, groups])).sort();
}

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
