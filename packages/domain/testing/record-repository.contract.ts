import {
  type AddOutcome,
  type Audit,
  type Change,
  DuplicateIdError,
  type Instant,
  RETRY_WINDOW_SECONDS,
  type RecordId,
  type Retry,
  type RetryKey,
  type UpdateOutcome,
} from '../src/index.js';
import { actor, instant, recordId } from './builders.js';
import { type ContractCase, expectEqual, expectRejection } from './contract-case.js';

/** What the contracts of all kinds of records need to know of one kind. */
export interface RecordSubject<Entity extends { id: RecordId; audit: Audit }, Ref extends { id: RecordId }, Fields> {
  /** The methods of the repository under test that every kind has. */
  readonly repository: {
    add(record: Entity, retry?: Retry): Promise<AddOutcome<Entity>>;
    find(ref: Ref): Promise<Entity | undefined>;
    update(ref: Ref, change: Change<Fields>, expected?: Entity): Promise<UpdateOutcome<Entity>>;
  };
  readonly refOf: (record: Entity) => Ref;
  /** A record with that id, of the given owner; the same one at every call. */
  readonly build: (id: RecordId, owner: 'one' | 'other', audit?: Audit) => Entity;
  /** Records whose values are at the borders of what may be stored: each must come back exactly. */
  readonly extremes: readonly Entity[];
  /** Changes of one field each, no two of the same field, and the record they lead to (but for its audit). */
  readonly changes: readonly { readonly fields: Fields; readonly applied: (record: Entity) => Entity }[];
  /** A change of no field. */
  readonly noFields: Fields;
}

const later = { at: instant('2022-05-06T07:08:09.101112Z'), by: actor('someone else') };
const id = (last: number) => recordId(`8a8a27a2-6d3f-4d4e-9c59-${String(last).padStart(12, '0')}`);
const retry = (key: string, fingerprint = 'the same'): Retry => ({ key: key as RetryKey, fingerprint });

/**
 * What every repository of records promises.
 *
 * @param newSubject makes a subject whose repository is empty
 */
export function recordRepositoryContract<
  Entity extends { id: RecordId; audit: Audit },
  Ref extends { id: RecordId },
  Fields,
>(newSubject: () => Promise<RecordSubject<Entity, Ref, Fields>>): ContractCase[] {
  type Subject = RecordSubject<Entity, Ref, Fields>;
  const promise = (name: string, check: (subject: Subject) => Promise<void>): ContractCase => ({
    name,
    check: async () => check(await newSubject()),
  });
  const touched = (record: Entity): Entity => ({
    ...record,
    audit: { ...record.audit, modified: later.at, modifiedBy: later.by },
  });

  return [
    promise('a record that was added is found, equal in every field', async ({ repository, build, refOf }) => {
      const record = build(id(1), 'one');
      expectEqual(await repository.add(record), { outcome: 'added', record }, 'add');
      expectEqual(await repository.find(refOf(record)), record, 'find');
    }),

    promise('values at the borders of their rules come back exactly', async ({ repository, extremes, refOf }) => {
      for (const record of extremes) {
        expectEqual(await repository.add(record), { outcome: 'added', record }, 'add');
        expectEqual(await repository.find(refOf(record)), record, 'find');
      }
    }),

    promise('a record of another owner, or of no such id, is not found', async ({ repository, build, refOf }) => {
      const record = build(id(1), 'one');
      await repository.add(record);
      expectEqual(await repository.find(refOf(build(id(1), 'other'))), undefined, 'find as another owner');
      expectEqual(await repository.find(refOf(build(id(2), 'one'))), undefined, 'find another id');
    }),

    promise('an id that is taken is refused, and what is stored stays', async ({ repository, build, refOf }) => {
      const record = build(id(1), 'one');
      await repository.add(record);
      await expectRejection(repository.add(build(id(1), 'other')), DuplicateIdError, 'add with a taken id');
      expectEqual(await repository.find(refOf(record)), record, 'find');
    }),

    promise('of many additions at once, the one that is refused fails alone', async ({ repository, build, refOf }) => {
      await repository.add(build(id(5), 'other'));
      const records = Array.from({ length: 100 }, (_, index) => build(id(index), index % 2 ? 'one' : 'other'));
      const results = await Promise.allSettled(records.map((record) => repository.add(record)));
      for (const [index, result] of results.entries()) {
        expectEqual(result.status, index === 5 ? 'rejected' : 'fulfilled', `addition ${index}`);
      }
      const found = await Promise.all(records.map((record) => repository.find(refOf(record))));
      expectEqual(found[7], records[7], 'an addition beside the refused one');
      expectEqual(found[5], undefined, 'the refused one');
    }),

    promise('many finds at once each get their own answer', async ({ repository, build, refOf }) => {
      const records = Array.from({ length: 100 }, (_, index) => build(id(index), index % 2 ? 'one' : 'other'));
      await Promise.all(records.slice(0, 70).map((record) => repository.add(record)));
      const found = await Promise.all(records.map((record) => repository.find(refOf(record))));
      expectEqual(found, [...records.slice(0, 70), ...Array.from({ length: 30 })], 'found');
      const twice = await Promise.all(
        [records[3], records[3]].map((record) => record && repository.find(refOf(record))),
      );
      expectEqual(twice, [records[3], records[3]], 'the same one twice');
    }),

    promise('a change changes the named field and the modification, nothing else', async (subject) => {
      const { repository, build, refOf, changes } = subject;
      for (const [index, { fields, applied }] of changes.entries()) {
        const record = build(id(index), 'one');
        await repository.add(record);
        const record2 = touched(applied(record));
        const result = await repository.update(refOf(record), { fields, ...later });
        expectEqual(result, { outcome: 'updated', record: record2 }, `change ${index}`);
        expectEqual(await repository.find(refOf(record)), record2, `find after change ${index}`);
      }
    }),

    promise('a change to the same values, or of no field, leaves the audit alone', async (subject) => {
      const { repository, build, refOf, changes, noFields } = subject;
      const record = build(id(1), 'one');
      await repository.add(record);
      const ref = refOf(record);
      expectEqual(await repository.update(ref, { fields: noFields, ...later }), { outcome: 'unchanged', record }, '{}');
      for (const [index, { fields, applied }] of changes.entries()) {
        const changed = build(id(100 + index), 'one');
        await repository.add(changed);
        await repository.update(refOf(changed), { fields, ...later });
        const again = { fields, at: instant('2023-01-01T00:00:00Z'), by: actor('a third') };
        const expected = { outcome: 'unchanged', record: touched(applied(changed)) };
        expectEqual(await repository.update(refOf(changed), again), expected, `the same change ${index} again`);
      }
    }),

    promise('a change of another owner’s record, or of none, is missing and changes nothing', async (subject) => {
      const { repository, build, refOf, changes } = subject;
      const record = build(id(1), 'one');
      await repository.add(record);
      for (const { fields } of changes) {
        for (const ref of [refOf(build(id(1), 'other')), refOf(build(id(2), 'one'))]) {
          expectEqual(await repository.update(ref, { fields, ...later }), { outcome: 'missing' }, 'update');
          expectEqual(await repository.update(ref, { fields, ...later }, record), { outcome: 'missing' }, 'guarded');
        }
      }
      expectEqual(await repository.find(refOf(record)), record, 'find');
    }),

    promise('concurrent changes lose nothing they did not name', async ({ repository, build, refOf, changes }) => {
      const records = [build(id(1), 'one'), build(id(2), 'other')];
      for (const record of records) await repository.add(record);
      await Promise.all(
        records.flatMap((record) =>
          changes.map(({ fields }) => repository.update(refOf(record), { fields, ...later })),
        ),
      );
      for (const record of records) {
        const all = changes.reduce((changed, { applied }) => applied(changed), record);
        expectEqual(await repository.find(refOf(record)), touched(all), 'after all changes');
      }
    }),

    promise('a guarded change is made only to the record that was expected', async (subject) => {
      const { repository, build, refOf, changes, noFields } = subject;
      const [first, second] = changes;
      if (first === undefined || second === undefined) throw new Error('the subject needs two changes');
      const record = build(id(1), 'one');
      await repository.add(record);
      const ref = refOf(record);
      const changed = touched(first.applied(record));
      const firstChange = { fields: first.fields, ...later };
      expectEqual(await repository.update(ref, firstChange, record), { outcome: 'updated', record: changed }, 'fresh');
      const secondChange = { fields: second.fields, ...later };
      expectEqual(await repository.update(ref, secondChange, record), { outcome: 'stale' }, 'stale');
      expectEqual(
        await repository.update(ref, { fields: noFields, ...later }, record),
        { outcome: 'stale' },
        'stale {}',
      );
      expectEqual(await repository.find(ref), changed, 'find after the stale change');
      const twins = await Promise.all([
        repository.update(ref, secondChange, changed),
        repository.update(ref, { fields: second.fields, at: later.at, by: actor('rival') }, changed),
      ]);
      const outcomes = twins.map(({ outcome }) => outcome).sort();
      expectEqual(outcomes, ['stale', 'updated'], 'two guarded changes at once');
    }),

    promise('guarded changes work for values at the borders too', async ({ repository, extremes, refOf, changes }) => {
      for (const record of extremes) {
        await repository.add(record);
        const outcomes: string[] = [];
        let current: Entity | undefined = record;
        for (const { fields } of changes) {
          const result: UpdateOutcome<Entity> = await repository.update(refOf(record), { fields, ...later }, current);
          outcomes.push(result.outcome);
          current = await repository.find(refOf(record));
        }
        expectEqual(outcomes.includes('stale') || outcomes.includes('missing'), false, `outcomes ${outcomes}`);
      }
    }),

    ...retryCases(promise),
  ];
}

function retryCases<Entity extends { id: RecordId; audit: Audit }, Ref extends { id: RecordId }, Fields>(
  promise: (name: string, check: (subject: RecordSubject<Entity, Ref, Fields>) => Promise<void>) => ContractCase,
): ContractCase[] {
  const auditAt = (created: Instant): Audit => ({
    created,
    createdBy: later.by,
    modified: created,
    modifiedBy: later.by,
  });
  const start = instant('2022-03-04T08:00:00Z');
  const after = (seconds: number): Instant => ({ ...start, epochSeconds: start.epochSeconds + seconds });

  return [
    promise('a repeated addition gives the first record as it was first added', async (subject) => {
      const { repository, build, refOf, changes } = subject;
      const record = build(id(1), 'one');
      expectEqual(await repository.add(record, retry('k')), { outcome: 'added', record }, 'first');
      for (const { fields } of changes) await repository.update(refOf(record), { fields, ...later });
      const again = build(id(2), 'one');
      expectEqual(await repository.add(again, retry('k')), { outcome: 'replayed', record }, 'again');
      expectEqual(await repository.find(refOf(again)), undefined, 'the repetition');
    }),

    promise('values at the borders are replayed exactly', async ({ repository, extremes }) => {
      for (const [index, record] of extremes.entries()) {
        await repository.add(record, retry(`k${index}`));
        const again = { ...record, id: id(500 + index) };
        expectEqual(await repository.add(again, retry(`k${index}`)), { outcome: 'replayed', record }, 'again');
      }
    }),

    promise('a retry key that was used for another request is a conflict', async ({ repository, build, refOf }) => {
      await repository.add(build(id(1), 'one'), retry('k'));
      const other = build(id(2), 'one');
      expectEqual(await repository.add(other, retry('k', 'another')), { outcome: 'conflict' }, 'other request');
      expectEqual(await repository.find(refOf(other)), undefined, 'the conflicting one');
    }),

    promise('a retry key counts for its owner alone', async ({ repository, build }) => {
      await repository.add(build(id(1), 'one'), retry('k'));
      const record = build(id(2), 'other');
      expectEqual(await repository.add(record, retry('k')), { outcome: 'added', record }, 'another owner');
    }),

    promise('a retry key is forgotten after 24 hours, not before', async ({ repository, build }) => {
      const first = build(id(1), 'one', auditAt(start));
      await repository.add(first, retry('k'));
      const before = build(id(2), 'one', auditAt(after(RETRY_WINDOW_SECONDS - 1)));
      expectEqual(await repository.add(before, retry('k')), { outcome: 'replayed', record: first }, 'a second before');
      const record = build(id(3), 'one', auditAt(after(RETRY_WINDOW_SECONDS)));
      expectEqual(await repository.add(record, retry('k', 'new')), { outcome: 'added', record }, 'after 24 hours');
      const again = build(id(4), 'one', auditAt(after(RETRY_WINDOW_SECONDS + 1)));
      expectEqual(await repository.add(again, retry('k', 'new')), { outcome: 'replayed', record }, 'and anew');
    }),

    promise('of repetitions at once, one is added and the others add nothing', async (subject) => {
      const { repository, build, refOf } = subject;
      const records = Array.from({ length: 20 }, (_, index) => build(id(index), 'one'));
      const results = await Promise.all(records.map((record) => repository.add(record, retry('k'))));
      const added = results.filter(({ outcome }) => outcome === 'added');
      expectEqual(added.length, 1, 'how many were added');
      const others = results.filter(({ outcome }) => outcome !== 'added' && outcome !== 'in-progress');
      for (const other of others) expectEqual(other.outcome, 'replayed', 'another outcome');
      const found = await Promise.all(records.map((record) => repository.find(refOf(record))));
      expectEqual(found.filter((record) => record !== undefined).length, 1, 'how many are stored');
    }),

    promise('an addition that is refused leaves no retry key behind', async ({ repository, build }) => {
      await repository.add(build(id(1), 'other'));
      await expectRejection(repository.add(build(id(1), 'one'), retry('k')), DuplicateIdError, 'add with a taken id');
      const record = build(id(2), 'one');
      expectEqual(await repository.add(record, retry('k')), { outcome: 'added', record }, 'the key again');
    }),
  ];
}
