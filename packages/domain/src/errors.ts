/** Stable codes for every failure of a use case or a port. Callers decide how to show them (an HTTP status, a text). */
export type DomainErrorCode =
  | 'not_found'
  | 'duplicate_id'
  | 'stale'
  | 'retry_conflict'
  | 'retry_in_progress'
  | 'invalid_place'
  | 'not_built'
  | 'unavailable'
  | 'busy'
  | 'outdated';

/** Base of every error that the domain and its ports throw on purpose. */
export abstract class DomainError extends Error {
  abstract readonly code: DomainErrorCode;

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** There is no such record, or it belongs to another owner. */
export class NotFoundError extends DomainError {
  readonly code = 'not_found';
}

/** A record with this id already exists. */
export class DuplicateIdError extends DomainError {
  readonly code = 'duplicate_id';
}

/** The record has changed since the caller read it; this call changed nothing. */
export class StaleRecordError extends DomainError {
  readonly code = 'stale';
}

/** The retry key was already used for another request. */
export class RetryConflictError extends DomainError {
  readonly code = 'retry_conflict';
}

/** The first request with this retry key is still in progress. */
export class RetryInProgressError extends DomainError {
  readonly code = 'retry_in_progress';
}

/** The place where the page should start does not belong to the list. */
export class InvalidPlaceError extends DomainError {
  readonly code = 'invalid_place';
}

/**
 * The store cannot answer now: it is down, too slow, read-only or overloaded. Adapters throw this; a caller may try again
 * later. A write may or may not have happened unless the adapter says otherwise.
 */
export class UnavailableError extends DomainError {
  readonly code: 'unavailable' | 'busy' | 'outdated' = 'unavailable';
}

/** The store answers, but so many calls wait for it that it refuses one more at once. */
export class BusyError extends UnavailableError {
  override readonly code = 'busy';
}

/** What search and reports read is too old, because the store could not bring it up to date. */
export class OutdatedError extends UnavailableError {
  override readonly code = 'outdated';
}

/**
 * The state that search and reports read is still being built for the first time. The message tells the caller how far
 * the build is; it names no person and nothing of the store.
 */
export class NotBuiltError extends DomainError {
  readonly code = 'not_built';
}
