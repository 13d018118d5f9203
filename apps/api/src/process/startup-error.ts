/** The service cannot start: one line that says why, and the way out. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** The adapters' errors that are written for people. They go by their names here, for only the container knows adapters. */
const FORESEEN: ReadonlySet<string> = new Set(['StartupError', 'EmbeddedPostgresError', 'MigrationError']);

/** What stops a start, in one line for a person. What nobody foresaw comes with where it happened. */
export function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return FORESEEN.has(error.name) || 'syscall' in error ? error.message : (error.stack ?? error.message);
}

/** Whether a database was refused, so that asking again is of no use. A migration that failed has a cause, which may pass. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'MigrationError' && error.cause === undefined;
}
