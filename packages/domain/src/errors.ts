/** Stable names of what a use case or a port can fail with. How they are shown (an HTTP status, a text) is not decided here. */
export type DomainErrorCode =
  | 'not_found'
  | 'duplicate_id'
  | 'stale'
  | 'retry_conflict'
  | 'retry_in_progress'
  | 'invalid_place'
  | 'not_built'
  | 'unavailable';

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

/** A record with this id exists already. */
export class DuplicateIdError extends DomainError {
  readonly code = 'duplicate_id';
}

/** The record has changed since the caller read it; nothing was changed now. */
export class StaleRecordError extends DomainError {
  readonly code = 'stale';
}

/** The retry key was used before, for another request. */
export class RetryConflictError extends DomainError {
  readonly code = 'retry_conflict';
}

/** The first request with this retry key is still under way. */
export class RetryInProgressError extends DomainError {
  readonly code = 'retry_in_progress';
}

/** The place where a page is to begin is none of the list. */
export class InvalidPlaceError extends DomainError {
  readonly code = 'invalid_place';
}

/**
 * The store cannot answer now: down, too slow, read-only or overloaded. Thrown by adapters; trying again later is
 * sensible. A write may or may not have happened unless the adapter says otherwise.
 */
export class UnavailableError extends DomainError {
  readonly code = 'unavailable';
}

/**
 * What search and reports read is built from the records for the first time. The message says how far that is, to the
 * caller: it names nobody and nothing of the store.
 */
export class NotBuiltError extends DomainError {
  readonly code = 'not_built';
}
