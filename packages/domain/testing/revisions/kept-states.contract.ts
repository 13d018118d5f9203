import { actor, instant } from '../builders.js';
import { expectEqual } from '../contract-case.js';
import { auditAt, changedLater, idOf, later, many, type StoredRecord } from '../records/record-subject.js';
import { ALL, changed, type RevisionCase, statesOf } from './revision-subject.js';

/** Which states of a record are kept, with nothing of them lost. */
export function keptStateCases<Entity extends StoredRecord, Owner, Fields>(): RevisionCase<Entity, Owner, Fields>[] {
  return [
    {
      name: 'every change leaves the record as it was before, and no other record',
      check: async (subject) => {
        const { repository, build, refOf, changes, revisions } = subject;
        const record = build(idOf(1), 'one');
        const neighbour = build(idOf(2), 'one');
        await repository.add(record);
        await repository.add(neighbour);
        const states = [record];
        for (const change of changes.keys()) states.unshift(await changed(subject, record, change));
        expectEqual(await statesOf(revisions, refOf(record)), states, 'states');
        expectEqual(await statesOf(revisions, refOf(neighbour)), [neighbour], 'another record');
      },
    },
    {
      name: 'a change of nothing, or a refused one, leaves none',
      check: async ({ repository, build, refOf, changes: [change, other], noField, revisions }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        await repository.update(refOf(record), { fields: change.fields, ...later });
        await repository.update(refOf(record), { fields: change.fields, at: later.at, by: actor('again') });
        await repository.update(refOf(record), { fields: noField, ...later });
        await repository.update(refOf(record), { fields: other.fields, ...later }, record);
        await repository.update(refOf(build(idOf(1), 'other')), { fields: other.fields, ...later });
        expectEqual(await statesOf(revisions, refOf(record)), [changedLater(change.applied(record)), record], 'states');
      },
    },
    {
      name: 'earlier states come back exactly, at the borders of their rules too',
      check: async (subject) => {
        for (const record of subject.extremes) {
          await subject.repository.add(record);
          const last = await changed(subject, record, 0);
          expectEqual(await statesOf(subject.revisions, subject.refOf(record)), [last, record], 'states');
        }
      },
    },
    {
      name: 'states are in the order of the changes, whatever the clocks said',
      check: async (subject) => {
        const record = subject.build(idOf(1), 'one');
        await subject.repository.add(record);
        const late = await changed(subject, record, 0, 2030);
        const early = await changed(subject, record, 1, 1999);
        expectEqual(await statesOf(subject.revisions, subject.refOf(record)), [early, late, record], 'states');
      },
    },
    {
      name: 'concurrent changes each leave their own state, and each changes what it named',
      check: async ({ repository, build, refOf, changes, revisions }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        const changing = changes.map(({ fields }) => repository.update(refOf(record), { fields, ...later }));
        const left = (await Promise.all(changing)).map((result) => result.outcome === 'updated' && result.record);
        const made = ((await revisions.listRevisions(refOf(record), ALL))?.results ?? []).slice(0, -1);
        const texts = (records: readonly unknown[]) => records.map((each) => JSON.stringify(each)).sort();
        expectEqual(texts(made.map((revision) => revision.record)), texts(left), 'what the changes left');
        for (const { record: after, previous } of made) {
          const leads = changes.filter(
            ({ applied }) => previous && texts([changedLater(applied(previous))])[0] === texts([after])[0],
          );
          expectEqual(leads.length, 1, 'changes that lead from one state to the next');
        }
      },
    },
    {
      name: 'a record that was changed more than a second after it was made is not completely known',
      check: async (subject) => {
        const created = instant('2022-03-04T08:00:00.123456Z');
        const cases = [
          { modified: '2022-03-04T08:00:01.123456Z', complete: true },
          { modified: '2022-03-04T08:00:01.123457Z', complete: false },
          { modified: '2022-03-04T07:00:00Z', complete: true },
        ];
        for (const [index, { modified, complete }] of cases.entries()) {
          const record = subject.build(idOf(index), 'one', { ...auditAt(created), modified: instant(modified) });
          await subject.repository.add(record);
          for (const moment of ['before', 'after']) {
            if (moment === 'after') await changed(subject, record, 0);
            const page = await subject.revisions.listRevisions(subject.refOf(record), { limit: 1 });
            expectEqual(page?.complete, complete, `modified at ${modified}, ${moment} a change`);
          }
        }
      },
    },
    {
      name: 'many records each have their own states',
      check: async ({ repository, build, refOf, changes: [{ fields, applied }], revisions }) => {
        const records = many(30, (index) => build(idOf(index), index % 2 ? 'one' : 'other'));
        await Promise.all(records.map((record) => repository.add(record)));
        const some = records.filter((_, index) => index % 3);
        await Promise.all(some.map((record) => repository.update(refOf(record), { fields, ...later })));
        const found = await Promise.all(records.map((record) => statesOf(revisions, refOf(record))));
        const expected = records.map((record, index) =>
          index % 3 ? [changedLater(applied(record)), record] : [record],
        );
        expectEqual(found, expected, 'states');
      },
    },
  ];
}
