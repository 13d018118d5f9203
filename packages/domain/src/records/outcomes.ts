import { NotFoundError, RetryConflictError, RetryInProgressError, StaleRecordError } from '../errors.js';
import type { Actor } from '../values/actor.js';
import type { RecordId } from '../values/ids.js';
import type { Instant } from '../values/instant.js';

/** The outcome of adding a record. */
export type AddOutcome<Stored> =
  /** It is stored. */
  | { readonly outcome: 'added'; readonly record: Stored }
  /** The retry key was already used for the same request: `record` is as first added. This call stored nothing. */
  | { readonly outcome: 'replayed'; readonly record: Stored }
  /** The retry key was already used for another request. Nothing was stored. */
  | { readonly outcome: 'conflict' }
  /** The first request with this retry key is still in progress. This call stored nothing. */
  | { readonly outcome: 'in-progress' };

/** The outcome of changing a record. */
export type UpdateOutcome<Stored> =
  /** At least one given field differed: the record has changed, including `modified` and `modifiedBy`. */
  | { readonly outcome: 'updated'; readonly record: Stored }
  /** No given field differed: nothing changed, not even the audit. */
  | { readonly outcome: 'unchanged'; readonly record: Stored }
  /** That owner has no such record. */
  | { readonly outcome: 'missing' }
  /** The record no longer equals the expected one: nothing changed. */
  | { readonly outcome: 'stale' };

/** Identifies a record. The owner is part of every access path: another owner's record is treated as missing. */
export interface RecordRef<Owner> {
  readonly ownerId: Owner;
  readonly id: RecordId;
}

/** New values for some fields of a record, with the time and the actor. Absent fields stay as they are. */
export interface Change<Fields> {
  readonly fields: Fields;
  readonly at: Instant;
  readonly by: Actor;
}

/** The record that an addition returns. */
export interface Registered<Stored> {
  readonly record: Stored;
  /** Whether this is the answer to an earlier request with the same retry key. */
  readonly replayed: boolean;
}

/**
 * Returns what a use case answers to an addition.
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
 * Returns what a use case answers to a change: the record as it is now.
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
 * Returns what a use case answers to a request for one record.
 *
 * @throws NotFoundError if there is none
 */
export function foundRecord<Stored>(record: Stored | undefined): Stored {
  if (record === undefined) throw new NotFoundError('there is no such record');
  return record;
}
