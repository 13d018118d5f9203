import { describe, expect, it } from 'vitest';
import {
  BusyError,
  DomainError,
  type DomainErrorCode,
  DuplicateIdError,
  InvalidPlaceError,
  NotBuiltError,
  NotFoundError,
  OutdatedError,
  RetryConflictError,
  RetryInProgressError,
  StaleRecordError,
  UnavailableError,
} from './errors.js';

// A record type, so a new code without a row here does not compile.
const classes: Record<DomainErrorCode, new (message: string, options?: ErrorOptions) => DomainError> = {
  not_found: NotFoundError,
  duplicate_id: DuplicateIdError,
  stale: StaleRecordError,
  retry_conflict: RetryConflictError,
  retry_in_progress: RetryInProgressError,
  invalid_place: InvalidPlaceError,
  not_built: NotBuiltError,
  unavailable: UnavailableError,
  busy: BusyError,
  outdated: OutdatedError,
};

describe.each(Object.entries(classes))('the error with code %s', (code, ErrorClass) => {
  it('is a DomainError with that code, its message and its cause', () => {
    const cause = new Error('the cause');
    const error = new ErrorClass('what happened', { cause });
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code, message: 'what happened', cause });
  });
});
