import {
  type Access,
  ERASED,
  type Erasure,
  type ErasureRequest,
  InvalidPlaceError,
  type PersonId,
  type RecordId,
  type Store,
} from '../../src/index.js';
import {
  aBloodGlucoseMeter,
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  anAccess,
  aPerson,
  instant,
  meterOwnerId,
  ownerId,
  text,
} from '../builders.js';
import { type ContractCase, expectEqual, expectRejection } from '../contract-case.js';
import { idOf, later, retryOf } from '../records/record-subject.js';

/** What erasing a person promises, together with the other ports of the same store. It may hold other receipts and accesses. */
export function personEraserContract(newStore: () => Promise<Store>): ContractCase[] {
  return [
    {
      name: 'a person’s records go with their states and retry keys, and those of others stay',
      check: async () => {
        const store = await newStore();
        const [me, other] = [aPerson(), aPerson()];
        await store.patientInstallations.add(mobile(1, me), retryOf('k'));
        await store.patientInstallations.add(mobile(2, other), retryOf('k'));
        await store.clinicianInstallations.add(aDesktopInstallation({ id: idOf(1), ownerId: ownerId(me) }));
        await store.meters.add(aBloodGlucoseMeter({ id: idOf(1), patientId: meterOwnerId(me) }));
        await store.meters.update(
          { ownerId: meterOwnerId(me), id: idOf(1) },
          { fields: { appVersion: text('next') }, ...later },
        );
        const counts = {
          patientInstallations: 1,
          clinicianInstallations: 1,
          bloodGlucoseMeters: 1,
          revisions: 4,
          retryCopies: 1,
          namesInOthersRecords: 0,
          accesses: 0,
        };
        expectEqual(await store.personEraser.count(me), counts, 'counts before');
        const erasure = await erase(store, me);
        expectEqual(erasure.counts, counts, 'counts of the receipt');
        const nothing = Object.fromEntries(Object.keys(counts).map((name) => [name, 0]));
        expectEqual(await store.personEraser.count(me), nothing, 'counts after');
        expectEqual(await store.patientInstallations.find({ ownerId: ownerId(me), id: idOf(1) }), undefined, 'phone');
        expectEqual(await store.clinicianInstallations.findLatest(ownerId(me)), undefined, 'desktop');
        expectEqual(await store.meters.find({ ownerId: meterOwnerId(me), id: idOf(1) }), undefined, 'meter');
        expectEqual(
          (await store.patientInstallations.add(mobile(2, other), retryOf('k'))).outcome,
          'replayed',
          'other',
        );
        expectEqual((await store.patientInstallations.add(mobile(1, me), retryOf('k'))).outcome, 'added', 'once more');
      },
    },
    {
      name: 'the name of a person who created or changed another owner’s record goes, in earlier states and retry copies too',
      check: async () => {
        const store = await newStore();
        const [me, other] = [aPerson(), aPerson()];
        const record = mobile(1, other);
        const made = { ...record, audit: { ...record.audit, createdBy: actor(me), modifiedBy: actor(me) } };
        await store.patientInstallations.add(made, retryOf('k'));
        const ref = { ownerId: ownerId(other), id: idOf(1) };
        const change = { fields: { device: { model: text('other') } }, ...later };
        const updated = await store.patientInstallations.update(ref, change);
        expectEqual(updated.outcome, 'updated', 'update');
        // Two in the earlier state, one in the present one, two in the copy.
        expectEqual((await store.personEraser.count(me)).namesInOthersRecords, 5, 'names');
        await erase(store, me);
        expectEqual((await store.personEraser.count(me)).namesInOthersRecords, 0, 'names afterwards');
        const found = await store.patientInstallations.find(ref);
        expectEqual(found?.audit.createdBy, ERASED, 'createdBy');
        expectEqual(found?.audit.modifiedBy, later.by, 'modifiedBy is somebody else');
        expectEqual(found?.audit.modified, later.at, 'modified');
        const page = await store.queries.revisions.patientInstallations.listRevisions(ref, { limit: 9 });
        const states = page?.results.map(({ record }) => [record.audit.createdBy, record.audit.modifiedBy]);
        expectEqual(
          states,
          [
            [ERASED, later.by],
            [ERASED, ERASED],
          ],
          'states',
        );
        const replayed = await store.patientInstallations.add(made, retryOf('k'));
        expectEqual(replayed.outcome === 'replayed' && replayed.record.audit.createdBy, ERASED, 'copy');
      },
    },
    {
      name: 'accesses stay, and name the person no more, wherever they did',
      check: async () => {
        const store = await newStore();
        const [me, other] = [aPerson(), aPerson()];
        const query = `patient_id=${encodeURIComponent(me)}&sort=since&${encodeURIComponent(me)}=1&${encodeURIComponent(me)}&patient_id=${encodeURIComponent(other)}`;
        await store.accessLog.append(access(other, { personId: me, status: 201 }));
        await store.accessLog.append(access(me, { personId: other, status: 202 }));
        await store.accessLog.append(access(other, { query, status: 203, requestId: me }));
        await store.accessLog.append(access(other, { query, status: 204 }));
        expectEqual((await store.personEraser.count(me)).accesses, 4, 'accesses');
        await erase(store, me);
        expectEqual((await store.personEraser.count(me)).accesses, 0, 'accesses afterwards');
        const left = await store.queries.accesses.list({ actor: other }, { limit: 9 });
        const without = `patient_id=${ERASED}&sort=since&${ERASED}=1&${ERASED}&patient_id=${encodeURIComponent(other)}`;
        expectEqual(
          left.results.map(({ record }) => [record.status, record.personId, record.query, record.requestId]),
          [
            [204, undefined, without, 'r'],
            [203, undefined, without, ERASED],
            [201, ERASED, undefined, 'r'],
          ],
          'by others',
        );
        const mine = await store.queries.accesses.list({ personId: other }, { limit: 9 });
        expectEqual(
          mine.results.map(({ record }) => [record.status, record.actor]),
          [[202, ERASED]],
          'by the person',
        );
      },
    },
    {
      name: 'of people whose long ids begin alike, only the erased one goes from their accesses, and each in turn',
      check: async () => {
        const store = await newStore();
        const [reader, beginning] = [aPerson(), aPerson('é'.repeat(80))];
        const people = ['one', 'two', 'three'].map((name) => beginning + name);
        const [one = '', two = '', three = ''] = people;
        const query = people.map((id) => `patient_id=${encodeURIComponent(id)}`).join('&');
        await store.accessLog.append(access(reader, { query, status: 201 }));
        await store.accessLog.append(
          access(reader, { personId: one, query: query.replace('patient_id', 'x'), status: 202 }),
        );
        await store.accessLog.append(access(actor(one), { personId: two, requestId: three, status: 203 }));
        for (const [done, id] of people.entries()) {
          expectEqual((await store.personEraser.count(meterOwnerId(id))).accesses, 3, `accesses of the ${done + 1}.`);
          await erase(store, meterOwnerId(id));
        }
        for (const each of people) {
          expectEqual((await store.personEraser.count(meterOwnerId(each))).accesses, 0, 'accesses afterwards');
        }
        const { results } = await store.queries.accesses.list({ actor: reader }, { limit: 9 });
        expectEqual(
          results.map(({ record }) => [record.status, record.personId, record.query]),
          [
            [202, ERASED, `x=${ERASED}&patient_id=${ERASED}&patient_id=${ERASED}`],
            [201, undefined, `patient_id=${ERASED}&patient_id=${ERASED}&patient_id=${ERASED}`],
          ],
          'accesses',
        );
      },
    },
    {
      name: 'an access about an erased person is stored without the name, until there is a new record',
      check: async () => {
        const store = await newStore();
        const [me, reader] = [aPerson(), aPerson()];
        await erase(store, me, { access: access(reader, { personId: me, status: 201 }) });
        await store.accessLog.append(access(reader, { personId: me, query: `person_id=${encodeURIComponent(me)}` }));
        await store.patientInstallations.add(mobile(1, me));
        await store.accessLog.append(access(reader, { personId: me, status: 202 }));
        const { results } = await store.queries.accesses.list({ actor: reader }, { limit: 9 });
        expectEqual(
          results.map(({ record }) => [record.status, record.personId, record.query]),
          [
            [202, me, undefined],
            [200, ERASED, `person_id=${ERASED}`],
            [201, ERASED, undefined],
          ],
          'accesses',
        );
      },
    },
    {
      name: 'accesses about others that are stored together with one about an erased person keep their names',
      check: async () => {
        const store = await newStore();
        const [me, back, other, reader] = [aPerson(), aPerson(), aPerson(), aPerson()];
        for (const each of [me, back]) await erase(store, each);
        await store.patientInstallations.add(mobile(1, back));
        const together = [
          access(reader, { personId: other, status: 201 }),
          access(reader, { personId: me, status: 202 }),
          access(reader, { personId: back, status: 203 }),
          access(reader, { query: `patient_id=${back}&patient_id=${me}`, requestId: me, status: 204 }),
        ];
        await Promise.all(together.map((each) => store.accessLog.append(each)));
        const { results } = await store.queries.accesses.list({ actor: reader }, { limit: 9 });
        expectEqual(
          results
            .map(({ record }) => [record.status, record.personId, record.query, record.requestId])
            .sort(([a], [b]) => Number(a) - Number(b)),
          [
            [201, other, undefined, 'r'],
            [202, ERASED, undefined, 'r'],
            [203, back, undefined, 'r'],
            [204, undefined, `patient_id=${back}&patient_id=${ERASED}`, ERASED],
          ],
          'accesses',
        );
      },
    },
    {
      name: 'erasing an unknown person has a receipt too; all receipts of one person share a subject, those of others do not',
      check: async () => {
        const store = await newStore();
        const [me, other] = [aPerson('x'.repeat(5_000)), aPerson()];
        const first = await erase(store, me);
        expectEqual(new Set(Object.values(first.counts)), new Set([0]), 'counts');
        expectEqual((await erase(store, me)).subject, first.subject, 'subject');
        expectEqual((await erase(store, other)).subject === first.subject, false, 'another subject is the same');
        expectEqual(JSON.stringify(first).includes(me), false, 'the receipt has the id');
        expectEqual(await store.queries.erasures.find(first.id), first, 'found');
        expectEqual(await store.queries.erasures.find(idOf(999_999)), undefined, 'found, though there is none');
      },
    },
    {
      name: 'a retry key repeats the receipt, another request under it is a conflict, and it counts for one person',
      check: async () => {
        const store = await newStore();
        const [me, other] = [aPerson(), aPerson()];
        const retry = retryOf('k');
        const request = { ...requestFor(me), retry };
        const first = await store.personEraser.erase(request);
        expectEqual(first.outcome, 'added', 'first');
        const again = await store.personEraser.erase({ ...requestFor(me), retry });
        expectEqual(again.outcome === 'replayed' && again.record.id, request.id, 'again');
        const changed = { ...requestFor(me), retry: { ...retry, fingerprint: 'other' } };
        expectEqual(await store.personEraser.erase(changed), { outcome: 'conflict' }, 'another request');
        expectEqual((await store.personEraser.erase({ ...requestFor(other), retry })).outcome, 'added', 'other person');
      },
    },
    {
      name: 'a receipt by a person who is erased later names no one',
      check: async () => {
        const store = await newStore();
        const [me, other] = [aPerson(), aPerson()];
        const { id } = await erase(store, other, { by: actor(me) });
        expectEqual((await store.queries.erasures.find(id))?.by, me, 'by');
        await erase(store, me);
        expectEqual((await store.queries.erasures.find(id))?.by, ERASED, 'by afterwards');
      },
    },
    {
      name: 'receipts are listed newest first, page by page, each once while others are added',
      check: async () => {
        const store = await newStore();
        const year = 3_000 + Math.floor(Math.random() * 6_000);
        const ids: RecordId[] = [];
        for (const second of [1, 3, 2]) {
          ids.push((await erase(store, aPerson(), { at: instant(`${year}-01-01T00:00:0${second}Z`) })).id);
        }
        const expected = [ids[1], ids[2], ids[0]];
        const listed: RecordId[] = [];
        for (let after: string | undefined, more = true; more; ) {
          const page = await store.queries.erasures.list({ limit: 2, after });
          listed.push(...page.results.map(({ record }) => record.id));
          after = page.results.at(-1)?.place;
          more = page.more;
          // Newer ones during the walk do not shift it.
          for (let number = 0; number < 2; number++)
            await erase(store, aPerson(), { at: instant(`${year}-01-01T00:00:04Z`) });
        }
        expectEqual(
          listed.filter((id) => expected.includes(id)),
          expected,
          'list',
        );
        for (const after of ['[1]', '["2022-01-01 00:00+99","x"]']) {
          await expectRejection(store.queries.erasures.list({ limit: 1, after }), InvalidPlaceError, after);
        }
      },
    },
  ];
}

function mobile(number: number, owner: string) {
  return aMobileInstallation({ id: idOf(number), ownerId: ownerId(owner) });
}

function access(by: string, some: Partial<Access>): Access {
  return anAccess({ actor: actor(by), ...some });
}

function requestFor(personId: PersonId): ErasureRequest {
  const id = `erasure ${Math.random()}`.slice(0, 36) as RecordId;
  return { id, personId, at: instant('2022-03-04T09:00:00.123456Z'), by: actor('officer') };
}

async function erase(store: Store, personId: PersonId, some: Partial<ErasureRequest> = {}): Promise<Erasure> {
  const outcome = await store.personEraser.erase({ ...requestFor(personId), ...some });
  if (outcome.outcome !== 'added') throw new Error(`the erasure came to ${outcome.outcome}`);
  return outcome.record;
}
