import type { FleetOrder, Store } from '../src/index.js';
import {
  aBloodGlucoseMeter,
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  anAccess,
  aPerson,
  dateTime,
  instant,
  meterOwnerId,
  ownerId,
  recordId,
  text,
} from './builders.js';
import { type ContractCase, expectEqual } from './contract-case.js';
import type { FleetSubject } from './fleet/searching.js';
import { retryOf } from './records/record-subject.js';

/**
 * What the repositories of one store promise together: the kinds of records are independent of each other.
 *
 * @param newStore returns an empty store
 */
export function separateKindsContract(newStore: () => Promise<Store>): ContractCase[] {
  return [
    {
      name: 'records of different kinds may have the same id, owner and retry key',
      check: async () => {
        const store = await newStore();
        expectEqual(await addOneOfEach(store), ['added', 'added', 'added'], 'additions');
        const found = [
          await store.patientInstallations.find(mobile),
          await store.clinicianInstallations.find(desktop),
          await store.meters.find(meterRef),
        ];
        expectEqual(found, [mobile, desktop, meter], 'found');
        expectEqual(await store.patientInstallations.findLatest(mobile.ownerId), mobile, 'latest phone installation');
        expectEqual(
          await store.clinicianInstallations.findLatest(mobile.ownerId),
          desktop,
          'latest desktop installation',
        );
        expectEqual(await addOneOfEach(store), ['replayed', 'replayed', 'replayed'], 'repetitions');
      },
    },
  ];
}

/**
 * What an eraser promises, together with the other ports of its store.
 *
 * @param newSubject returns a store without records, whose clock is later than 2022-03-04; it may hold accesses and receipts
 */
export function dataEraserContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return [
    {
      name: 'after erasing there is no record and no remembered retry key',
      check: async () => {
        const { store } = await newSubject();
        expectEqual(await addOneOfEach(store), ['added', 'added', 'added'], 'before');
        await store.eraser.eraseAll();
        expectEqual(await store.patientInstallations.find(mobile), undefined, 'phone installation');
        expectEqual(
          await store.patientInstallations.findLatest(mobile.ownerId),
          undefined,
          'latest phone installation',
        );
        expectEqual(await store.clinicianInstallations.find(desktop), undefined, 'desktop installation');
        expectEqual(await store.meters.find(meterRef), undefined, 'meter');
        expectEqual(await addOneOfEach(store), ['added', 'added', 'added'], 'again with the same retry keys');
      },
    },
    {
      name: 'after erasing, neither searches nor reports nor revisions show what there was',
      check: async () => {
        const { store, settle } = await newSubject();
        await addOneOfEach(store);
        await store.meters.update(meterRef, {
          fields: { appVersion: text('next') },
          at: instant('2022-03-05T00:00:00Z'),
          by: actor('x'),
        });
        await settle();
        expectEqual(
          await seenAcross(store),
          { patients: 1, clinicians: 1, products: 2, versions: 2, readings: 1 },
          'before',
        );
        await store.eraser.eraseAll();
        // At once: nothing waits until what is derived from the records has been brought up to date.
        const nothing = { patients: 0, clinicians: 0, products: 0, versions: 0, readings: 0 };
        expectEqual(await seenAcross(store), nothing, 'after');
        await addOneOfEach(store);
        const revisions = await store.queries.revisions.meters.listRevisions(meterRef, { limit: 9 });
        expectEqual(revisions?.results.length, 1, 'states of a new record with the id of an erased one');
      },
    },
    {
      name: 'accesses and the receipts of erasures stay',
      check: async () => {
        const { store } = await newSubject();
        const [reader, officer] = [actor(aPerson()), actor(aPerson())];
        await store.accessLog.append(anAccess({ actor: reader, personId: 'the same' }));
        const id = recordId(aPerson());
        const erased = await store.personEraser.erase({ id, personId: aPerson(), at: audit.created, by: officer });
        await store.eraser.eraseAll();
        const { results } = await store.queries.accesses.list({ actor: reader }, { limit: 9 });
        expectEqual(
          results.map(({ record }) => record.personId),
          ['the same'],
          'accesses',
        );
        expectEqual(await store.queries.erasures.find(id), erased.outcome === 'added' && erased.record, 'receipt');
      },
    },
    {
      name: 'an empty store can be erased, and an erased one again',
      check: async () => {
        const { eraser } = (await newSubject()).store;
        await eraser.eraseAll();
        await eraser.eraseAll();
      },
    },
  ];
}

const id = recordId('8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c04');
const firstUsed = dateTime('2021-01-01T00:00:00Z');
const mobile = aMobileInstallation({ id, ownerId: ownerId('the same'), firstUsed });
const desktop = aDesktopInstallation({ id, ownerId: ownerId('the same'), firstUsed });
const meter = aBloodGlucoseMeter({ id, patientId: meterOwnerId('the same') });
const meterRef = { ownerId: meter.patientId, id };
const { audit } = meter;
const ORDER: FleetOrder = { by: 'since', direction: 'descending' };

/** How much reading across people finds. */
async function seenAcross({ queries }: Store): Promise<Readonly<Record<string, number>>> {
  const search = { filter: {}, order: ORDER, limit: 9 };
  const history = { appProduct: mobile.device.appProduct };
  const { patients, clinicians } = queries.reports;
  const versions = [await patients.readHistory(history), await clinicians.readHistory(history)];
  const readings = await queries.allMeters.countAgreement({ filter: {}, by: undefined, top: 1, first: () => [] });
  return {
    patients: (await queries.fleet.patients.search(search)).results.length,
    clinicians: (await queries.fleet.clinicians.search(search)).results.length,
    products: (await queries.reports.answers.once('products', () => queries.reports.products.countProducts())).products
      .length,
    versions: versions.flatMap((each) => each.versions).length,
    readings: readings.counts.length,
  };
}

async function addOneOfEach(store: Store): Promise<string[]> {
  return [
    (await store.patientInstallations.add(mobile, retryOf('k'))).outcome,
    (await store.clinicianInstallations.add(desktop, retryOf('k'))).outcome,
    (await store.meters.add(meter, retryOf('k'))).outcome,
  ];
}
