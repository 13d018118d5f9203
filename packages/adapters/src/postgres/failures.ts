import { BusyError, DuplicateIdError, UnavailableError } from '@polaris-telemetry/domain';
import pg from 'pg';

/**
 * What a database error means. All of it is decided here, close to the database: further out, an `ECONNRESET` might just
 * as well be a client that hung up.
 */

/** PostgreSQL's codes (SQLSTATE) that mean "not now" for any statement: the whole code, or its class. */
const OUTAGE_CODES: ReadonlySet<string> = new Set([
  '25006', // read-only: a standby, or a disk-full guard
  '26000', // the prepared statement is gone: a pooler has changed servers
  '40001', // serialization failure, also a conflict with recovery on a standby
  '40P01', // deadlock
  '42501', // the role's rights were withdrawn
  '55P03', // lock timeout
  '57014', // statement timeout
  '57P01', // shutdown by the administrator
  '57P02', // crash of another server process
  '57P03', // starting up or shutting down
  '57P04', // database dropped
  '57P05', // idle session timeout
  '3D000', // no such database (yet)
]);
/** 08 connection (PgBouncer's errors too), 28 authorization, 53 out of disk, memory or connections, 58 system, F0 configuration file. */
const OUTAGE_CLASSES: ReadonlySet<string> = new Set(['08', '28', '53', '58', 'F0']);

/** Possibly the fault of a single row: 21 cardinality, 22 bad data, 23 a constraint, 54 a limit. */
const ROW_CLASSES: ReadonlySet<string> = new Set(['21', '22', '23', '54']);

/** The connection died or was never established: the outcome of a statement already sent is unknown. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/** The caller has waited as long as it may. */
export class WaitedTooLongError extends Error {
  override readonly name = 'WaitedTooLongError';
}

/** So many callers already wait that one more would not be served in time. */
export class TooManyWaitingError extends Error {
  override readonly name = 'TooManyWaitingError';
}

/** The SQLSTATE of an error that the server sent. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Whether a statement that failed for many rows may succeed for most of them, one by one. It has stored nothing. */
export function mayBeOneRowsFault(error: unknown): boolean {
  const code = sqlState(error);
  return code !== undefined && (ROW_CLASSES.has(code.slice(0, 2)) || isCollision(error));
}

/** Whether the server rolled the statement back because of concurrent ones: running it again is safe and sensible. */
export function isCollision(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01';
}

/** Whether a table that the statement names does not exist, or no longer exists. */
export function isMissingTable(error: unknown): boolean {
  return sqlState(error) === '42P01';
}

/** Whether a value is invalid for its type (class 22): a date that does not exist, a number out of range, bytes that are not text. */
export function isInvalidValue(error: unknown): boolean {
  return sqlState(error)?.startsWith('22') === true;
}

/** Whether the statement gave up waiting for a lock; it has changed nothing. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/**
 * Whether the statement did not run because the prepared statement is not what this connection expects: a pooler has
 * moved the connection to another server (26000, 42P05), or the table has changed (0A000 from the cached plan).
 */
export function isStaleStatement(error: unknown): boolean {
  const code = sqlState(error);
  if (code === '26000' || code === '42P05') return true;
  return code === '0A000' && error instanceof pg.DatabaseError && error.routine === 'RevalidateCachedQuery';
}

/** Whether the server answers but will refuse the next write too: full disk, read-only, rights withdrawn. */
export function refusesWrites(error: unknown): boolean {
  const code = sqlState(error);
  return code === '25006' || code === '42501' || code === '58030' || code?.startsWith('53') === true;
}

/** Whether the server ends the connection with this error. */
export function endsConnection(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.severity === 'FATAL' || error.severity === 'PANIC');
}

/** Whether the connection is no longer usable: the server ends it, or can no longer write. */
export function spoilsConnection(error: unknown): boolean {
  return endsConnection(error) || sqlState(error) === '25006' || isStaleStatement(error);
}

/** Whether the store cannot answer now, as opposed to a mistake in a statement or its values. */
export function isOutage(error: unknown): boolean {
  if (error instanceof ConnectionLostError) return true;
  if (error instanceof WaitedTooLongError) return true;
  const code = sqlState(error);
  return code !== undefined && (OUTAGE_CODES.has(code) || OUTAGE_CLASSES.has(code.slice(0, 2)));
}

/**
 * Translates a database error for the domain: DuplicateIdError, BusyError, UnavailableError (with the error as its cause),
 * or the error itself if it is none of these, which means a defect of ours.
 */
export function domainError(error: unknown): unknown {
  if (sqlState(error) === '23505') return new DuplicateIdError('a record with this id exists', { cause: error });
  if (error instanceof TooManyWaitingError)
    return new BusyError('too many requests wait for the database', { cause: error });
  if (isOutage(error)) return new UnavailableError(outageMessage(error), { cause: error });
  return error;
}

function outageMessage(error: unknown): string {
  if (error instanceof WaitedTooLongError) return 'the database did not answer in time';
  return 'the database cannot answer now';
}
