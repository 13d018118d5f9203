import type { UpdateOutcome } from '../../src/index.js';
import { actor } from '../builders.js';
import { expectEqual } from '../contract-case.js';
import { changedLater, idOf, later, type RecordCase, type StoredRecord } from './record-subject.js';

/** What an update guarded by an expected record promises for every kind of record. */
export function guardedUpdateCases<Entity extends StoredRecord, Ref, Fields>(): RecordCase<Entity, Ref, Fields>[] {
  return [
    {
      name: 'a guarded change is made only to the record that was expected',
      check: async ({ repository, build, refOf, changes: [first, second] }) => {
        const before = build(idOf(1), 'one');
        await repository.add(before);
        const ref = refOf(before);
        const record = changedLater(first.applied(before));
        const fresh = await repository.update(ref, { fields: first.fields, ...later }, before);
        expectEqual(fresh, { outcome: 'updated', record }, 'fresh');
        const stale = await repository.update(ref, { fields: second.fields, ...later }, before);
        expectEqual(stale, { outcome: 'stale' }, 'stale');
        expectEqual(await repository.find(ref), record, 'find after the stale change');
      },
    },
    {
      name: 'a guarded change that changes nothing is unchanged or stale',
      check: async ({ repository, build, refOf, changes: [first], noField }) => {
        const before = build(idOf(1), 'one');
        await repository.add(before);
        const ref = refOf(before);
        const nothing = { fields: noField, ...later };
        const unchanged = await repository.update(ref, nothing, before);
        expectEqual(unchanged, { outcome: 'unchanged', record: before }, 'no field, fresh');
        await repository.update(ref, { fields: first.fields, ...later });
        expectEqual(await repository.update(ref, nothing, before), { outcome: 'stale' }, 'no field, stale');
        const again = await repository.update(ref, { fields: first.fields, ...later }, before);
        expectEqual(again, { outcome: 'stale' }, 'the same values, stale');
      },
    },
    {
      name: 'a guard notices a difference in any field, the audit included',
      check: async ({ repository, build, refOf, changes }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        const [{ fields }] = changes;
        for (const [index, { applied }] of changes.entries()) {
          const result = await repository.update(refOf(record), { fields, ...later }, applied(record));
          expectEqual(result, { outcome: 'stale' }, `expected with change ${index}`);
        }
        const result = await repository.update(refOf(record), { fields, ...later }, changedLater(record));
        expectEqual(result, { outcome: 'stale' }, 'expected with another audit');
        expectEqual(await repository.find(refOf(record)), record, 'find');
      },
    },
    {
      name: 'of two guarded changes at once, one is made and the other is stale',
      check: async ({ repository, build, refOf, changes: [{ fields }] }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        const twins = await Promise.all([
          repository.update(refOf(record), { fields, ...later }, record),
          repository.update(refOf(record), { fields, at: later.at, by: actor('rival') }, record),
        ]);
        const outcomes = twins.map(({ outcome }) => outcome).sort();
        expectEqual(outcomes, ['stale', 'updated'], 'outcomes');
      },
    },
    {
      name: 'guarded changes work for values at the borders too',
      check: async ({ repository, extremes, refOf, changes }) => {
        for (const record of extremes) {
          await repository.add(record);
          let current: Entity | undefined = record;
          for (const { fields } of changes) {
            const result: UpdateOutcome<Entity> = await repository.update(refOf(record), { fields, ...later }, current);
            const made = result.outcome === 'updated' || result.outcome === 'unchanged';
            expectEqual(made, true, `a guarded change ended as ${result.outcome}: made`);
            current = await repository.find(refOf(record));
          }
        }
      },
    },
  ];
}
