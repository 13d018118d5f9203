import { InvalidPlaceError } from '../../src/index.js';
import { expectEqual } from '../contract-case.js';
import { idOf, type StoredRecord } from '../records/record-subject.js';
import { ALL, changed, type RevisionCase } from './revision-subject.js';

/** How revisions are numbered and paged. */
export function revisionPageCases<Entity extends StoredRecord, Owner, Fields>(): RevisionCase<Entity, Owner, Fields>[] {
  return [
    {
      name: 'a new record has one revision, the record itself, and is completely known',
      check: async ({ repository, build, refOf, revisions }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        const page = await revisions.listRevisions(refOf(record), ALL);
        expectEqual(
          page?.results.map(({ place: _, ...revision }) => revision),
          [{ number: 1, record, previous: undefined }],
          'revisions',
        );
        expectEqual([page?.more, page?.complete], [false, true], 'more, complete');
      },
    },
    {
      name: 'revisions are numbered from 1, the oldest; each holds the state before',
      check: async (subject) => {
        const record = subject.build(idOf(1), 'one');
        await subject.repository.add(record);
        for (const change of subject.changes.keys()) await changed(subject, record, change);
        const page = await subject.revisions.listRevisions(subject.refOf(record), ALL);
        const oldestFirst = [...(page?.results ?? [])].reverse();
        const count = subject.changes.length + 1;
        expectEqual(
          oldestFirst.map(({ number }) => number),
          Array.from({ length: count }, (_, place) => place + 1),
          'numbers',
        );
        expectEqual(
          oldestFirst.map(({ previous }) => previous),
          [undefined, ...oldestFirst.slice(0, -1).map((revision) => revision.record)],
          'states before',
        );
      },
    },
    {
      name: 'another owner’s record, and one that is not there, have no page',
      check: async ({ repository, build, refOf, revisions }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        const placed = (await revisions.listRevisions(refOf(record), ALL))?.results[0];
        for (const ref of [refOf(build(idOf(1), 'other')), refOf(build(idOf(2), 'one'))]) {
          expectEqual(await revisions.listRevisions(ref, ALL), undefined, 'page');
          expectEqual(
            await revisions.listRevisions(ref, { limit: 1, after: placed?.place }),
            undefined,
            'a later page',
          );
        }
      },
    },
    {
      name: 'a walk returns every state once, by pages of any size, while the record changes',
      check: async (subject) => {
        const { repository, build, refOf, revisions } = subject;
        for (const limit of [1, 2, 3]) {
          const record = build(idOf(limit), 'one');
          await repository.add(record);
          const states = [record, await changed(subject, record, 0), await changed(subject, record, 1)].reverse();
          const walked: Entity[] = [];
          let after: string | undefined;
          for (let more = true, change = 2; more; change += 1) {
            const page = await revisions.listRevisions(refOf(record), { limit, after });
            const found = page?.results ?? [];
            expectEqual(found.length, Math.min(limit, states.length - walked.length), `size of a page of ${limit}`);
            walked.push(...found.map((revision) => revision.record));
            expectEqual(found.at(-1)?.previous, states[walked.length], 'the state before the last of a page');
            after = found.at(-1)?.place;
            more = page?.more === true;
            if (change < subject.changes.length) await changed(subject, record, change);
          }
          expectEqual(walked, states, `walked by ${limit}`);
          const beyond = await revisions.listRevisions(refOf(record), { limit, after });
          expectEqual([beyond?.results, beyond?.more], [[], false], 'after the oldest');
        }
      },
    },
    {
      name: 'an invalid place is refused',
      check: async ({ repository, build, refOf, revisions }) => {
        const record = build(idOf(1), 'one');
        await repository.add(record);
        for (const after of ['', '0', '-1', '1.5', '9'.repeat(30), 'x', '["1"]', "1' or '1"]) {
          const refused = await revisions.listRevisions(refOf(record), { limit: 1, after }).catch((error) => error);
          expectEqual(refused instanceof InvalidPlaceError, true, `the place ${after} is refused`);
        }
      },
    },
  ];
}
