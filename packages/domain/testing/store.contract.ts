import type { Store } from '../src/index.js';
import {
  aBloodGlucoseMeter,
  aDesktopInstallation,
  aMobileInstallation,
  meterOwnerId,
  ownerId,
  recordId,
} from './builders.js';
import { type ContractCase, expectEqual } from './contract-case.js';
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
          await store.mobileInstallations.find(mobile),
          await store.desktopInstallations.find(desktop),
          await store.meters.find(meterRef),
        ];
        expectEqual(found, [mobile, desktop, meter], 'found');
        expectEqual(await store.mobileInstallations.findLatest(mobile.ownerId), mobile, 'latest phone installation');
        expectEqual(
          await store.desktopInstallations.findLatest(mobile.ownerId),
          desktop,
          'latest desktop installation',
        );
        expectEqual(await addOneOfEach(store), ['replayed', 'replayed', 'replayed'], 'repetitions');
      },
    },
  ];
}

/**
 * What an eraser promises, together with the repositories it erases.
 *
 * @param newStore returns an empty store
 */
export function dataEraserContract(newStore: () => Promise<Store>): ContractCase[] {
  return [
    {
      name: 'after erasing there is no record and no remembered retry key',
      check: async () => {
        const store = await newStore();
        expectEqual(await addOneOfEach(store), ['added', 'added', 'added'], 'before');
        await store.eraser.eraseAll();
        expectEqual(await store.mobileInstallations.find(mobile), undefined, 'phone installation');
        expectEqual(await store.mobileInstallations.findLatest(mobile.ownerId), undefined, 'latest phone installation');
        expectEqual(await store.desktopInstallations.find(desktop), undefined, 'desktop installation');
        expectEqual(await store.meters.find(meterRef), undefined, 'meter');
        expectEqual(await addOneOfEach(store), ['added', 'added', 'added'], 'again with the same retry keys');
      },
    },
    {
      name: 'an empty store can be erased, and an erased one again',
      check: async () => {
        const { eraser } = await newStore();
        await eraser.eraseAll();
        await eraser.eraseAll();
      },
    },
  ];
}

const id = recordId('8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c04');
const mobile = aMobileInstallation({ id, ownerId: ownerId('the same') });
const desktop = aDesktopInstallation({ id, ownerId: ownerId('the same') });
const meter = aBloodGlucoseMeter({ id, patientId: meterOwnerId('the same') });
const meterRef = { ownerId: meter.patientId, id };

async function addOneOfEach(store: Store): Promise<string[]> {
  return [
    (await store.mobileInstallations.add(mobile, retryOf('k'))).outcome,
    (await store.desktopInstallations.add(desktop, retryOf('k'))).outcome,
    (await store.meters.add(meter, retryOf('k'))).outcome,
  ];
}
