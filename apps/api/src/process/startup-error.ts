import { errorLines, isOwnError } from '../observability/describe-error.js';
import { UncaughtError } from './stop-request.js';

/** The service cannot start: one line with the reason and the way out. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** What prevents a start, for a person: one line if the error was foreseen, otherwise what may be said and where it happened. */
export function forPerson(error: unknown): string {
  if (!(error instanceof Error) || error instanceof UncaughtError) return errorLines(error);
  return isOwnError(error) || 'syscall' in error ? error.message : errorLines(error);
}

/** Whether a database was refused, so retrying is useless. A failed migration has a cause, which may pass. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof StartupError) return true;
  return error instanceof Error && error.name === 'MigrationError' && error.cause === undefined;
}
