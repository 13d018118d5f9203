import { DuplicateIdError, type Instant, RETRY_WINDOW_SECONDS } from '../../src/index.js';
import { instant } from '../builders.js';
import { expectEqual, expectRejection } from '../contract-case.js';
import { auditAt, idOf, later, many, type RecordCase, retryOf, type StoredRecord } from './record-subject.js';

const start = instant('2022-03-04T08:00:00.5Z');
const after = (seconds: number, microsecond = start.microsecond): Instant => ({
  epochSeconds: start.epochSeconds + seconds,
  microsecond,
});

/** What safe repetition of an addition promises for every kind of record. */
export function retryCases<Entity extends StoredRecord, Ref, Fields>(): RecordCase<Entity, Ref, Fields>[] {
  return [
    {
      name: 'a repeated addition returns the first record as it was first added',
      check: async ({ repository, build, refOf, everyField }) => {
        const record = build(idOf(1), 'one');
        expectEqual(await repository.add(record, retryOf('k')), { outcome: 'added', record }, 'first');
        await repository.update(refOf(record), { fields: everyField, ...later });
        const again = build(idOf(2), 'one');
        expectEqual(await repository.add(again, retryOf('k')), { outcome: 'replayed', record }, 'again');
        expectEqual(await repository.find(refOf(again)), undefined, 'the repetition');
      },
    },
    {
      name: 'values at the borders are replayed exactly',
      check: async ({ repository, extremes }) => {
        for (const [index, record] of extremes.entries()) {
          await repository.add(record, retryOf(`k${index}`));
          const again = { ...record, id: idOf(500 + index) };
          expectEqual(await repository.add(again, retryOf(`k${index}`)), { outcome: 'replayed', record }, 'again');
        }
      },
    },
    {
      name: 'without a retry key, the same addition again is another record',
      check: async ({ repository, build, refOf }) => {
        await repository.add(build(idOf(1), 'one'), retryOf('k'));
        for (const record of [build(idOf(2), 'one'), build(idOf(3), 'one')]) {
          expectEqual(await repository.add(record), { outcome: 'added', record }, 'add');
          expectEqual(await repository.find(refOf(record)), record, 'find');
        }
      },
    },
    {
      name: 'a retry key that was used for another request is a conflict',
      check: async ({ repository, build, refOf }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record, retryOf('k'));
        const other = build(idOf(2), 'one');
        expectEqual(await repository.add(other, retryOf('k', 'another')), { outcome: 'conflict' }, 'other request');
        expectEqual(await repository.find(refOf(other)), undefined, 'the conflicting one');
        const again = await repository.add(build(idOf(3), 'one'), retryOf('k'));
        expectEqual(again, { outcome: 'replayed', record }, 'the first request after a conflict');
      },
    },
    {
      name: 'a request that says the same in another way is the same request',
      check: async ({ repository, build }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record, retryOf('k', 'in this way', 'the values'));
        const said = (fingerprint: string, values?: string) =>
          repository.add(build(idOf(2), 'one'), retryOf('k', fingerprint, values));
        expectEqual(await said('in another way', 'the values'), { outcome: 'replayed', record }, 'equal values');
        expectEqual(await said('in this way'), { outcome: 'replayed', record }, 'equal fingerprints');
        expectEqual(await said('in this way', 'of another release'), { outcome: 'replayed', record }, 'the same bytes');
        expectEqual(await said('in another way', 'other values'), { outcome: 'conflict' }, 'other values');
        expectEqual(await said('the values', 'in this way'), { outcome: 'conflict' }, 'fingerprints changed over');
        expectEqual(await said('in another way'), { outcome: 'conflict' }, 'values not known');
        expectEqual(await said('a third way', 'the values'), { outcome: 'replayed', record }, 'after conflicts');
      },
    },
    {
      name: 'requests whose values are unknown are distinguished by their fingerprints',
      check: async ({ repository, build }) => {
        await repository.add(build(idOf(1), 'one'), retryOf('k', 'in this way'));
        for (const values of [undefined, 'the values']) {
          const other = await repository.add(build(idOf(2), 'one'), retryOf('k', 'in another way', values));
          expectEqual(other, { outcome: 'conflict' }, `values ${values}`);
        }
      },
    },
    {
      name: 'a retry key counts for its owner alone',
      check: async ({ repository, build }) => {
        await repository.add(build(idOf(1), 'one'), retryOf('k'));
        const record = build(idOf(2), 'other');
        expectEqual(await repository.add(record, retryOf('k')), { outcome: 'added', record }, 'another owner');
      },
    },
    {
      name: 'retry keys are compared exactly, whatever printable characters they hold',
      check: async ({ repository, build }) => {
        const keys = ['k', 'K', 'k ', ' ', '"', "'\\%_,{}", 'x'.repeat(255), `${'x'.repeat(254)}y`];
        const records = keys.map((_, index) => build(idOf(index), 'one'));
        for (const [index, key] of keys.entries()) {
          const { outcome } = await repository.add(build(idOf(index), 'one'), retryOf(key));
          expectEqual(outcome, 'added', `the first use of the key ${key}`);
        }
        for (const [index, key] of keys.entries()) {
          const again = await repository.add(build(idOf(100 + index), 'one'), retryOf(key));
          expectEqual(again, { outcome: 'replayed', record: records[index] }, `the second use of the key ${key}`);
        }
      },
    },
    {
      name: 'a retry key is forgotten after 24 hours, not before',
      check: async ({ repository, build }) => {
        const first = build(idOf(1), 'one', auditAt(start));
        await repository.add(first, retryOf('k'));
        const before = build(idOf(2), 'one', auditAt(after(RETRY_WINDOW_SECONDS, start.microsecond - 1)));
        const replayed = { outcome: 'replayed', record: first };
        expectEqual(await repository.add(before, retryOf('k')), replayed, 'a microsecond before');
        const record = build(idOf(3), 'one', auditAt(after(RETRY_WINDOW_SECONDS)));
        expectEqual(await repository.add(record, retryOf('k', 'new')), { outcome: 'added', record }, 'after 24 hours');
        const again = build(idOf(4), 'one', auditAt(after(RETRY_WINDOW_SECONDS + 1)));
        expectEqual(await repository.add(again, retryOf('k', 'new')), { outcome: 'replayed', record }, 'and again');
      },
    },
    {
      name: 'of repetitions at once, one is added and the others add nothing',
      check: async ({ repository, build, refOf }) => {
        const records = many(20, (index) => build(idOf(index), 'one'));
        const results = await Promise.all(records.map((record) => repository.add(record, retryOf('k'))));
        const added = results.filter(({ outcome }) => outcome === 'added');
        expectEqual(added.length, 1, 'how many were added');
        const record = records.find((_, index) => results[index]?.outcome === 'added');
        const others = results.filter(({ outcome }) => outcome !== 'added' && outcome !== 'in-progress');
        for (const other of others) expectEqual(other, { outcome: 'replayed', record }, 'another outcome');
        const found = await Promise.all(records.map((one) => repository.find(refOf(one))));
        expectEqual(
          found.filter((one) => one !== undefined),
          [record],
          'what is stored',
        );
        const again = await repository.add(build(idOf(100), 'one'), retryOf('k'));
        expectEqual(again, { outcome: 'replayed', record }, 'once more, when all have ended');
      },
    },
    {
      name: 'of different requests with one retry key at once, one is added and the others add nothing',
      check: async ({ repository, build, refOf }) => {
        const records = many(20, (index) => build(idOf(index), 'one'));
        const results = await Promise.all(
          records.map((record, index) => repository.add(record, retryOf('k', `request ${index}`))),
        );
        const outcomes = results.map(({ outcome }) => outcome);
        expectEqual(outcomes.filter((outcome) => outcome === 'added').length, 1, 'how many were added');
        expectEqual(outcomes.includes('replayed'), false, 'whether a different request was replayed');
        const found = await Promise.all(records.map((record) => repository.find(refOf(record))));
        expectEqual(found.filter((record) => record !== undefined).length, 1, 'how many are stored');
      },
    },
    {
      name: 'many additions with a retry key each, at once, each get their own answer',
      check: async ({ repository, build }) => {
        const owner = (index: number) => (index % 2 ? 'one' : 'other');
        const records = many(40, (index) => build(idOf(index), owner(index)));
        const keys = many(40, (index) => retryOf(`k${Math.floor(index / 2)}`));
        const added = await Promise.all(records.map((record, index) => repository.add(record, keys[index])));
        expectEqual(
          added,
          records.map((record) => ({ outcome: 'added', record })),
          'first',
        );
        const repetitions = many(40, (index) => build(idOf(100 + index), owner(index)));
        const again = await Promise.all(repetitions.map((record, index) => repository.add(record, keys[index])));
        expectEqual(
          again,
          records.map((record) => ({ outcome: 'replayed', record })),
          'again',
        );
      },
    },
    {
      name: 'an addition that is refused leaves no retry key behind',
      wantsUniqueIds: true,
      check: async ({ repository, build }) => {
        await repository.add(build(idOf(1), 'other'));
        await expectRejection(repository.add(build(idOf(1), 'one'), retryOf('k')), DuplicateIdError, 'a taken id');
        const record = build(idOf(2), 'one');
        expectEqual(await repository.add(record, retryOf('k')), { outcome: 'added', record }, 'the key again');
      },
    },
  ];
}
