import type { UpdateOutcome } from '../../src/index.js';
import { actor, instant } from '../builders.js';
import { expectEqual } from '../contract-case.js';
import { changedLater, idOf, later, many, type RecordCase, type StoredRecord } from './record-subject.js';

/** What updating promises for every kind of record. */
export function updateCases<Entity extends StoredRecord, Ref, Fields>(): RecordCase<Entity, Ref, Fields>[] {
  return [
    {
      name: 'a change changes the named field and the modification, nothing else',
      check: async ({ repository, build, refOf, changes }) => {
        for (const [index, { fields, applied }] of changes.entries()) {
          const before = build(idOf(index), 'one');
          const neighbour = build(idOf(1000 + index), 'one');
          await repository.add(before);
          await repository.add(neighbour);
          const record = changedLater(applied(before));
          const result = await repository.update(refOf(before), { fields, ...later });
          expectEqual(result, { outcome: 'updated', record }, `change ${index}`);
          expectEqual(await repository.find(refOf(before)), record, `find after change ${index}`);
          expectEqual(await repository.find(refOf(neighbour)), neighbour, `another record after change ${index}`);
        }
      },
    },
    {
      name: 'a change of several fields changes them all',
      check: async ({ repository, build, refOf, changes, everyField }) => {
        const before = build(idOf(1), 'one');
        await repository.add(before);
        const record = changedLater(changes.reduce((changed, { applied }) => applied(changed), before));
        const result = await repository.update(refOf(before), { fields: everyField, ...later });
        expectEqual(result, { outcome: 'updated', record }, 'update');
        expectEqual(await repository.find(refOf(before)), record, 'find');
      },
    },
    {
      name: 'a change of several fields counts as one if any of them differs',
      check: async ({ repository, build, refOf, changes, everyField }) => {
        for (const [index, differing] of changes.entries()) {
          const others = changes.filter((change) => change !== differing);
          const before = others.reduce((changed, { applied }) => applied(changed), build(idOf(index), 'one'));
          await repository.add(before);
          const result = await repository.update(refOf(before), { fields: everyField, ...later });
          const record = changedLater(differing.applied(before));
          expectEqual(result, { outcome: 'updated', record }, `where only change ${index} differs`);
        }
      },
    },
    {
      name: 'a change to the same values, or of no field, leaves the audit alone',
      check: async ({ repository, build, refOf, changes, noField }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        const nothing = { fields: noField, ...later };
        expectEqual(await repository.update(refOf(record), nothing), { outcome: 'unchanged', record }, 'no field');
        for (const [index, { fields, applied }] of changes.entries()) {
          const before = build(idOf(100 + index), 'one');
          await repository.add(before);
          await repository.update(refOf(before), { fields, ...later });
          const again = { fields, at: instant('2023-01-01T00:00:00Z'), by: actor('a third') };
          const expected = { outcome: 'unchanged', record: changedLater(applied(before)) };
          expectEqual(await repository.update(refOf(before), again), expected, `the same change ${index} again`);
          expectEqual(await repository.find(refOf(before)), expected.record, `find after change ${index} again`);
        }
      },
    },
    {
      name: 'a change of another owner’s record, or of a missing one, is reported as missing and changes nothing',
      check: async ({ repository, build, refOf, changes }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        for (const { fields } of changes) {
          for (const ref of [refOf(build(idOf(1), 'other')), refOf(build(idOf(2), 'one'))]) {
            expectEqual(await repository.update(ref, { fields, ...later }), { outcome: 'missing' }, 'update');
            expectEqual(await repository.update(ref, { fields, ...later }, record), { outcome: 'missing' }, 'guarded');
          }
        }
        expectEqual(await repository.find(refOf(record)), record, 'find');
      },
    },
    {
      name: 'concurrent changes lose nothing they did not name, and each answer shows its own change',
      check: async ({ repository, build, refOf, changes }) => {
        const records = [build(idOf(1), 'one'), build(idOf(2), 'other')];
        for (const record of records) await repository.add(record);
        const changing = records.flatMap((record) =>
          changes.map(async ({ fields, applied }) => {
            const result = await repository.update(refOf(record), { fields, ...later });
            expectEqual(result.outcome, 'updated', 'outcome of a concurrent change');
            if (result.outcome === 'updated') expectEqual(result.record, applied(result.record), 'its answer');
          }),
        );
        await Promise.all(changing);
        for (const record of records) {
          const all = changes.reduce((changed, { applied }) => applied(changed), record);
          expectEqual(await repository.find(refOf(record)), changedLater(all), 'after all changes');
        }
      },
    },
    {
      name: 'of the same change many times at once, one is made and the others find it made',
      check: async ({ repository, build, refOf, changes: [{ fields, applied }] }) => {
        const before = build(idOf(1), 'one');
        await repository.add(before);
        const results = await Promise.all(many(20, () => repository.update(refOf(before), { fields, ...later })));
        const record = changedLater(applied(before));
        const updated = results.filter(({ outcome }) => outcome === 'updated');
        expectEqual(updated, [{ outcome: 'updated', record }], 'the one that is made');
        const others = results.filter(({ outcome }) => outcome !== 'updated');
        for (const other of others) expectEqual(other, { outcome: 'unchanged', record }, 'another');
      },
    },
    {
      name: 'many changes at once each get their own answer',
      check: async ({ repository, build, refOf, changes: [first, second] }) => {
        const record = (index: number) => build(idOf(index), index % 2 ? 'one' : 'other');
        const stored = many(40, (index) => (index % 4 === 1 ? first.applied(record(index)) : record(index)));
        await Promise.all(stored.filter((_, index) => index % 4 !== 2).map((before) => repository.add(before)));
        const results = await Promise.all(
          stored.map((before, index) => {
            const expected = index % 4 === 3 ? second.applied(before) : undefined;
            return repository.update(refOf(before), { fields: first.fields, ...later }, expected);
          }),
        );
        const answers: ((before: Entity) => UpdateOutcome<Entity>)[] = [
          (before) => ({ outcome: 'updated', record: changedLater(first.applied(before)) }),
          (before) => ({ outcome: 'unchanged', record: before }),
          () => ({ outcome: 'missing' }),
          () => ({ outcome: 'stale' }),
        ];
        const expected = stored.map((before, index) => answers[index % 4]?.(before));
        expectEqual(results, expected, 'answers');
      },
    },
  ];
}
