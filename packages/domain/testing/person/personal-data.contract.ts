import type { PersonalData, PersonId, Store } from '../../src/index.js';
import {
  aBloodGlucoseMeter,
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  anAccess,
  aPerson,
  meterOwnerId,
  ownerId,
  text,
} from '../builders.js';
import { type ContractCase, expectEqual } from '../contract-case.js';
import { idOf, later, many } from '../records/record-subject.js';

/** What reading all that is held on one person promises. The store may hold accesses of other people. */
export function personalDataContract(newStore: () => Promise<Store>): ContractCase[] {
  return [
    {
      name: 'it has the records in the order of their ids, their states newest first, and the counts of an erasure',
      check: async () => {
        const store = await newStore();
        const me = aPerson();
        // More than are read at once.
        const mobiles = many(70, (index) => aMobileInstallation({ id: idOf(index + 1), ownerId: ownerId(me) }));
        for (const each of mobiles.toReversed()) await store.patientInstallations.add(each);
        await store.patientInstallations.add(aMobileInstallation({ id: idOf(100), ownerId: ownerId(aPerson()) }));
        const desktop = aDesktopInstallation({ id: idOf(1), ownerId: ownerId(me) });
        await store.clinicianInstallations.add(desktop);
        const meter = aBloodGlucoseMeter({ id: idOf(1), patientId: meterOwnerId(me) });
        await store.meters.add(meter);
        const change = { fields: { appVersion: text('next') }, ...later };
        await store.meters.update({ ownerId: meterOwnerId(me), id: meter.id }, change);
        const data = await store.queries.personalData.open(me);
        expectEqual(data.counts, await store.personEraser.count(me), 'counts');
        expectEqual(await all(data.patientInstallations.records()), mobiles, 'phones');
        expectEqual((await all(data.patientInstallations.revisions())).length, 70, 'states of phones');
        expectEqual(await all(data.clinicianInstallations.records()), [desktop], 'desktops');
        const [present] = await all(data.meters.records());
        expectEqual(present?.appVersion, text('next'), 'meter');
        const states = await all(data.meters.revisions());
        expectEqual(
          states.map(({ number, record, previous }) => [number, record, previous]),
          [
            [2, present, meter],
            [1, meter, undefined],
          ],
          'states of the meter',
        );
        await data.close();
        await data.close();
      },
    },
    {
      name: 'it has the records of others that name the person, and how: in an earlier state too',
      check: async () => {
        const store = await newStore();
        const [me, other] = [aPerson(), aPerson()];
        const mobile = aMobileInstallation({ id: idOf(1), ownerId: ownerId(other) });
        const mine = { ...mobile, audit: { ...mobile.audit, createdBy: actor(me), modifiedBy: actor(me) } };
        await store.patientInstallations.add(mine);
        const ref = { ownerId: ownerId(other), id: idOf(1) };
        await store.patientInstallations.update(ref, { fields: { device: { model: text('next') } }, ...later });
        const meter = aBloodGlucoseMeter({ id: idOf(2), patientId: meterOwnerId(other) });
        await store.meters.add({ ...meter, audit: { ...meter.audit, modifiedBy: actor(me) } });
        await reading(store, me, async (data) => {
          expectEqual(
            await all(data.recordsOfOthers()),
            [
              { kind: 'blood_glucose_meter', id: idOf(2), roles: ['modified_by'] },
              { kind: 'patient_installation', id: idOf(1), roles: ['created_by', 'modified_by'] },
            ],
            'records of others',
          );
        });
      },
    },
    {
      name: 'it has the accesses about the person and by the person, newest first, as they were when it was opened',
      check: async () => {
        const store = await newStore();
        const [me, other] = [aPerson(), aPerson()];
        await store.accessLog.append(anAccess({ personId: me, actor: actor(other), status: 201 }));
        await store.accessLog.append(anAccess({ personId: other, actor: actor(me), status: 202 }));
        await store.accessLog.append(anAccess({ actor: actor(other), query: `person_id=${encodeURIComponent(me)}` }));
        await reading(store, me, async (data) => {
          await store.accessLog.append(anAccess({ personId: me, status: 203 }));
          const accesses = await all(data.accesses());
          expectEqual(
            accesses.map(({ status }) => status),
            [202, 201],
            'accesses',
          );
        });
      },
    },
    {
      name: 'it is empty for an unknown person, and a part can be closed before its end',
      check: async () => {
        const store = await newStore();
        const me = aPerson('x'.repeat(5_000));
        await reading(store, me, async (data) => {
          expectEqual(await all(data.meters.records()), [], 'meters');
          expectEqual(await all(data.recordsOfOthers()), [], 'records of others');
        });
        const other = aPerson();
        for (let number = 1; number <= 40; number++) {
          await store.meters.add(aBloodGlucoseMeter({ id: idOf(number), patientId: other }));
        }
        for (let time = 1; time <= 5; time++) {
          await reading(store, other, async (data) => {
            for await (const _ of data.meters.records()) break;
          });
        }
      },
    },
  ];
}

async function reading(store: Store, personId: PersonId, check: (data: PersonalData) => Promise<void>): Promise<void> {
  const data = await store.queries.personalData.open(personId);
  try {
    await check(data);
  } finally {
    await data.close();
  }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
