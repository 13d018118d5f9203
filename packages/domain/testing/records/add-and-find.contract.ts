import { DuplicateIdError, type RecordId } from '../../src/index.js';
import { recordId } from '../builders.js';
import { expectEqual, expectRejection } from '../contract-case.js';
import { idOf, many, type RecordCase, type StoredRecord } from './record-subject.js';

/** What adding and finding promise for every kind of record. */
export function addAndFindCases<Entity extends StoredRecord, Ref, Fields>(): RecordCase<Entity, Ref, Fields>[] {
  return [
    {
      name: 'a record that was added is found, equal in every field',
      check: async ({ repository, build, refOf }) => {
        const record = build(idOf(1), 'one');
        expectEqual(await repository.add(record), { outcome: 'added', record }, 'add');
        expectEqual(await repository.find(refOf(record)), record, 'find');
      },
    },
    {
      name: 'values at the borders of their rules come back exactly',
      check: async ({ repository, extremes, refOf }) => {
        for (const record of extremes) {
          expectEqual(await repository.add(record), { outcome: 'added', record }, 'add');
          expectEqual(await repository.find(refOf(record)), record, 'find');
        }
      },
    },
    {
      name: 'a record of another owner, or of no such id, is not found',
      check: async ({ repository, build, refOf }) => {
        await repository.add(build(idOf(1), 'one'));
        expectEqual(await repository.find(refOf(build(idOf(1), 'other'))), undefined, 'find as another owner');
        expectEqual(await repository.find(refOf(build(idOf(2), 'one'))), undefined, 'find another id');
      },
    },
    {
      name: 'ids and owners are compared exactly: case, spaces and accents count',
      check: async ({ repository, build, refOf }) => {
        const ids = ['a', 'A', 'a ', ' a', 'é', 'e\u0301'].map(recordId);
        const record = (id: RecordId) => build(id, id);
        for (const id of ids) expectEqual((await repository.add(record(id))).outcome, 'added', `add ${id}`);
        for (const id of ids) expectEqual(await repository.find(refOf(record(id))), record(id), `find ${id}`);
        const strangers = ids.filter((owner) => owner !== 'a').map((owner) => refOf(build(recordId('a'), owner)));
        for (const ref of strangers) expectEqual(await repository.find(ref), undefined, 'find as a similar owner');
      },
    },
    {
      name: 'an id that is taken is refused, and what is stored stays',
      wantsUniqueIds: true,
      check: async ({ repository, build, refOf }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        await expectRejection(repository.add(build(idOf(1), 'other')), DuplicateIdError, 'add with a taken id');
        expectEqual(await repository.find(refOf(record)), record, 'find');
      },
    },
    {
      name: 'of many additions at once, the one that is refused fails alone',
      wantsUniqueIds: true,
      check: async ({ repository, build, refOf }) => {
        await repository.add(build(idOf(5), 'other'));
        const records = many(100, (index) => build(idOf(index), index % 2 ? 'one' : 'other'));
        const results = await Promise.allSettled(records.map((record) => repository.add(record)));
        for (const [index, result] of results.entries()) {
          expectEqual(result.status, index === 5 ? 'rejected' : 'fulfilled', `addition ${index}`);
          if (result.status === 'rejected') {
            await expectRejection(Promise.reject(result.reason), DuplicateIdError, `addition ${index}`);
          }
        }
        const found = await Promise.all(records.map((record) => repository.find(refOf(record))));
        expectEqual(
          found,
          records.map((record, index) => (index === 5 ? undefined : record)),
          'found',
        );
      },
    },
    {
      name: 'of two additions with the same id at once, one is stored and the other refused',
      wantsUniqueIds: true,
      check: async ({ repository, build, refOf }) => {
        const records = [build(idOf(1), 'one'), build(idOf(1), 'other'), build(idOf(2), 'one')];
        const results = await Promise.allSettled(records.map((record) => repository.add(record)));
        const [first, second, beside] = results.map(({ status }) => status);
        expectEqual([first, second].sort(), ['fulfilled', 'rejected'], 'the two');
        expectEqual(beside, 'fulfilled', 'an addition beside them');
        const found = await Promise.all(records.map((record) => repository.find(refOf(record))));
        expectEqual(
          found,
          records.map((record, index) => (results[index]?.status === 'fulfilled' ? record : undefined)),
          'found',
        );
      },
    },
    {
      name: 'many finds at once each get their own answer',
      check: async ({ repository, build, refOf }) => {
        const records = many(100, (index) => build(idOf(index), index % 2 ? 'one' : 'other'));
        const stored = records.slice(0, 70);
        await Promise.all(stored.map((record) => repository.add(record)));
        const asked = [...records, ...stored.slice(0, 3)];
        const found = await Promise.all(asked.map((record) => repository.find(refOf(record))));
        expectEqual(
          found,
          asked.map((record) => (stored.includes(record) ? record : undefined)),
          'found',
        );
      },
    },
  ];
}
