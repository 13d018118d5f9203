import { DomainError, type DomainErrorCode } from '@polaris-telemetry/domain';
import { Problem } from './problem.js';

/** Seconds after which a client may retry a request refused for lack of a database or of room. */
export const RETRY_AFTER_SECONDS = 1;
/** The same for what takes minutes to recover. */
const RETRY_LATER = { 'Retry-After': '10' } as const;
const RETRY_SOON = { 'Retry-After': String(RETRY_AFTER_SECONDS) } as const;

export const NO_SUCH_ADDRESS = new Problem(404, 'There is nothing at this address.');
export const INTERNAL_ERROR = new Problem(500, 'Internal server error');
export const OVERLOADED = new Problem(503, 'The service is busy. Try again soon.', { headers: RETRY_SOON });
export const TOO_SLOW = new Problem(503, 'The request took too long. Try again soon.', { headers: RETRY_SOON });
export const NOT_READY = new Problem(503, 'The service is not ready yet. Try again soon.', { headers: RETRY_SOON });
/** For operations that read whole tables, or everything about a person. */
export const BUSY = new Problem(503, 'As many exports as may run at once are under way. Try again later.', {
  headers: RETRY_LATER,
});
/** Nobody receives it; logs and metrics count it, by the status that nginx uses. */
export const CALLER_GONE = new Problem(499, 'The client has gone.');
export const STALE = new Problem(412, 'The record is not the one that the request is conditional on.');

/** A token that belongs to another list, or was tampered with. */
export const WRONG_PAGE_TOKEN = new Problem(400, 'The query string is not valid.', {
  faults: [{ path: '?page_token', message: 'must be the next_page_token of a page with the same path and parameters' }],
});

/** The one place that maps each domain error to its answer. */
const BY_CODE: Readonly<Record<Exclude<DomainErrorCode, 'not_built'>, Problem>> = {
  not_found: new Problem(404, 'There is no such record.'),
  // The id was generated here, at random: a client can do nothing about it.
  duplicate_id: INTERNAL_ERROR,
  stale: STALE,
  retry_conflict: new Problem(422, 'The Idempotency-Key was already used for another request.'),
  retry_in_progress: new Problem(409, 'The first request with this Idempotency-Key is still in progress.', {
    headers: RETRY_SOON,
  }),
  invalid_place: WRONG_PAGE_TOKEN,
  busy: OVERLOADED,
  outdated: new Problem(
    503,
    'What this answer is made of could not be brought up to date for more than 10 seconds. Try again later.',
    { headers: RETRY_LATER },
  ),
  unavailable: new Problem(503, 'The database is not available. Try again soon.', { headers: RETRY_SOON }),
};

/** Returns the answer for a thrown error. An unexpected error is our fault, and its answer says nothing more. */
export function problemOf(thrown: unknown): Problem {
  if (!(thrown instanceof DomainError)) return INTERNAL_ERROR;
  if (thrown.code === 'not_built') return new Problem(503, thrown.message, { headers: RETRY_LATER });
  return BY_CODE[thrown.code];
}
