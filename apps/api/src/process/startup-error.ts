import { errorLines, isOwnError } from '../observability/describe-error.js';
import { UncaughtError } from './stop-request.js';

/** The service cannot start: one line that says why, and the way out. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** What stops a start, for a person: one line where the error was foreseen, else what may be said of it and where it happened. */
export function forPerson(error: unknown): string {
  if (!(error instanceof Error) || error instanceof UncaughtError) return errorLines(error);
  return isOwnError(error) || 'syscall' in error ? error.message : errorLines(error);
}

/** Whether a database was refused, so that asking again is of no use. A migration that failed has a cause, which may pass. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof StartupError) return true;
  return error instanceof Error && error.name === 'MigrationError' && error.cause === undefined;
}
