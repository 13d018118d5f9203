import type { ContractCase } from '../contract-case.js';
import { addAndFindCases } from './add-and-find.contract.js';
import { guardedUpdateCases } from './guarded-update.contract.js';
import type { RecordCase, RecordSubject, StoredRecord } from './record-subject.js';
import { retryCases } from './retry.contract.js';
import { updateCases } from './update.contract.js';

/**
 * What every repository of records promises, whatever the kind of record.
 *
 * @param newSubject returns a subject whose repository is empty
 */
export function recordRepositoryContract<Entity extends StoredRecord, Ref, Fields>(
  newSubject: () => Promise<RecordSubject<Entity, Ref, Fields>>,
): ContractCase[] {
  const cases: RecordCase<Entity, Ref, Fields>[] = [
    ...addAndFindCases<Entity, Ref, Fields>(),
    ...updateCases<Entity, Ref, Fields>(),
    ...guardedUpdateCases<Entity, Ref, Fields>(),
    ...retryCases<Entity, Ref, Fields>(),
  ];
  return cases.map(({ check, ...details }) => ({ ...details, check: async () => check(await newSubject()) }));
}
