import { NotFoundError, RetryConflictError, RetryInProgressError, StaleRecordError } from '../errors.js';
import type { Actor } from '../values/actor.js';
import type { RecordId } from '../values/ids.js';
import type { Instant } from '../values/instant.js';

/** What came of adding a record. */
export type AddOutcome<Stored> =
  /** It is stored. */
  | { readonly outcome: 'added'; readonly record: Stored }
  /** The retry key was used before for the same request: the record as it was first added. Nothing was stored now. */
  | { readonly outcome: 'replayed'; readonly record: Stored }
  /** The retry key was used before for another request. Nothing was stored. */
  | { readonly outcome: 'conflict' }
  /** The first request with this retry key has not ended. Nothing was stored by this one. */
  | { readonly outcome: 'in-progress' };

/** What came of changing a record. */
export type UpdateOutcome<Stored> =
  /** At least one named field differed: it is changed, and `modified`, `modifiedBy` with it. */
  | { readonly outcome: 'updated'; readonly record: Stored }
  /** No named field differed: nothing was changed, the audit neither. */
  | { readonly outcome: 'unchanged'; readonly record: Stored }
  /** There is no such record of that owner. */
  | { readonly outcome: 'missing' }
  /** The record is no longer the one that was expected: nothing was changed. */
  | { readonly outcome: 'stale' };

/** Names a record of an owner. The owner is part of every access path: another owner's record is as good as none. */
export interface RecordRef<Owner> {
  readonly ownerId: Owner;
  readonly id: RecordId;
}

/** New values for some fields of a record, and who gives them when. Fields that are absent are left alone. */
export interface Change<Fields> {
  readonly fields: Fields;
  readonly at: Instant;
  readonly by: Actor;
}

/** A record that an addition led to. */
export interface Registered<Stored> {
  readonly record: Stored;
  /** Whether this is the answer to an earlier request with the same retry key. */
  readonly replayed: boolean;
}

/**
 * What a use case answers to an addition.
 *
 * @throws RetryConflictError, RetryInProgressError
 */
export function registeredBy<Stored>(result: AddOutcome<Stored>): Registered<Stored> {
  switch (result.outcome) {
    case 'added':
      return { record: result.record, replayed: false };
    case 'replayed':
      return { record: result.record, replayed: true };
    case 'conflict':
      throw new RetryConflictError('this retry key was used before, for another request');
    case 'in-progress':
      throw new RetryInProgressError('the first request with this retry key has not ended yet');
  }
}

/**
 * What a use case answers to a change: the record as it is now.
 *
 * @throws NotFoundError, StaleRecordError
 */
export function recordAfter<Stored>(result: UpdateOutcome<Stored>): Stored {
  switch (result.outcome) {
    case 'updated':
    case 'unchanged':
      return result.record;
    case 'missing':
      throw new NotFoundError('there is no such record');
    case 'stale':
      throw new StaleRecordError('the record has changed since it was read');
  }
}

/**
 * What a use case answers to a question for one record.
 *
 * @throws NotFoundError when there is none
 */
export function foundRecord<Stored>(record: Stored | undefined): Stored {
  if (record === undefined) throw new NotFoundError('there is no such record');
  return record;
}
