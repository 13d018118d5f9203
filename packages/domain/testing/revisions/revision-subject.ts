import type { PageRequest, RecordRef, RevisionQueries } from '../../src/index.js';
import { instant } from '../builders.js';
import { expectEqual } from '../contract-case.js';
import { later, type RecordSubject, type StoredRecord } from '../records/record-subject.js';

/** What the contract of revisions needs to know of one kind of record: the queries belong to the same store as the repository. */
export interface RevisionSubject<Entity extends StoredRecord, Owner, Fields>
  extends RecordSubject<Entity, RecordRef<Owner>, Fields> {
  readonly revisions: RevisionQueries<Owner, Entity>;
}

/** One promise about the revisions of every kind of record, checked on an empty store. */
export interface RevisionCase<Entity extends StoredRecord, Owner, Fields> {
  readonly name: string;
  readonly check: (subject: RevisionSubject<Entity, Owner, Fields>) => Promise<void>;
}

/** A page that holds everything the contracts make. */
export const ALL: PageRequest = { limit: 1000 };

/** Every state of a record, newest first. */
export async function statesOf<Entity, Owner>(
  revisions: RevisionQueries<Owner, Entity>,
  ref: RecordRef<Owner>,
): Promise<readonly Entity[]> {
  return ((await revisions.listRevisions(ref, ALL))?.results ?? []).map(({ record }) => record);
}

/** Makes the subject's change with that number, in the given year. @returns the record as the change left it */
export async function changed<Entity extends StoredRecord, Owner, Fields>(
  { repository, refOf, changes }: RevisionSubject<Entity, Owner, Fields>,
  record: Entity,
  change: number,
  year: number = 2023 + change,
): Promise<Entity> {
  const fields = changes[change]?.fields;
  if (fields === undefined) throw new Error(`there is no change ${change}`);
  const at = instant(`${year}-01-01T00:00:00.000001Z`);
  const result = await repository.update(refOf(record), { fields, at, by: later.by });
  expectEqual(result.outcome, 'updated', `change ${change}`);
  return result.outcome === 'updated' ? result.record : record;
}
