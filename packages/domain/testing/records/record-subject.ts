import {
  type AddOutcome,
  type Audit,
  type Change,
  type Instant,
  parseRetryKey,
  type RecordId,
  type Retry,
  type UpdateOutcome,
} from '../../src/index.js';
import { actor, instant, recordId, valid } from '../builders.js';
import type { ContractCase } from '../contract-case.js';

/** What every kind of record has. */
export interface StoredRecord {
  readonly id: RecordId;
  readonly audit: Audit;
}

/** A change of one field, and the resulting record (apart from its audit). */
export interface FieldChange<Entity, Fields> {
  readonly fields: Fields;
  readonly applied: (record: Entity) => Entity;
}

/** What the contracts of all kinds of records need to know of one kind. */
export interface RecordSubject<Entity extends StoredRecord, Ref, Fields> {
  /** The methods of the repository under test that every kind has. */
  readonly repository: {
    add(record: Entity, retry?: Retry): Promise<AddOutcome<Entity>>;
    find(ref: Ref): Promise<Entity | undefined>;
    update(ref: Ref, change: Change<Fields>, expected?: Entity): Promise<UpdateOutcome<Entity>>;
  };
  readonly refOf: (record: Entity) => Ref;
  /** A record with that id, of the given owner (a short text); the same one at every call. */
  readonly build: (id: RecordId, owner: string, audit?: Audit) => Entity;
  /** Records with values at the limits of what may be stored: each must come back exactly. */
  readonly extremes: readonly Entity[];
  /** At least two changes, no two of the same field, one for every field that may change. */
  readonly changes: readonly [
    FieldChange<Entity, Fields>,
    FieldChange<Entity, Fields>,
    ...FieldChange<Entity, Fields>[],
  ];
  /** The fields of all those changes combined. */
  readonly everyField: Fields;
  /** The fields of a change that changes nothing. */
  readonly noField: Fields;
}

/** One promise of every kind of record, checked on a subject whose repository is empty. */
export interface RecordCase<Entity extends StoredRecord, Ref, Fields>
  extends Pick<ContractCase, 'name' | 'wantsUniqueIds'> {
  readonly check: (subject: RecordSubject<Entity, Ref, Fields>) => Promise<void>;
}

/** Who changes records in the contracts, and when. */
export const later = { at: instant('2022-05-06T07:08:09.101112Z'), by: actor('someone else') };

/** The record, with the audit of a change made `later`. */
export function changedLater<Entity extends StoredRecord>(record: Entity): Entity {
  return { ...record, audit: { ...record.audit, modified: later.at, modifiedBy: later.by } };
}

/** An id that differs from the others in its last digits. */
export function idOf(last: number): RecordId {
  return recordId(`8a8a27a2-6d3f-4d4e-9c59-${String(last).padStart(12, '0')}`);
}

/** A retry of a request with that fingerprint. */
export function retryOf(key: string, fingerprint = 'the same', valuesFingerprint?: string): Retry {
  return { key: valid(parseRetryKey(key)), fingerprint, valuesFingerprint };
}

/** The audit of a record created at that instant. */
export function auditAt(created: Instant): Audit {
  return { created, createdBy: later.by, modified: created, modifiedBy: later.by };
}

/** Makes `count` items, numbered from 0. */
export function many<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** The fields of several changes combined. */
export function merged<Fields extends object>([first, ...rest]: readonly [Fields, ...Fields[]]): Fields {
  return rest.reduce((all, fields) => Object.assign(all, fields), { ...first });
}
