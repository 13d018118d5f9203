import { MigrationError } from './error.js';

/** @throws MigrationError if a later version has run these migrations: this one would not know what to take back or to add */
export function refuseLater(ahead: readonly string[]): void {
  if (ahead.length === 0) return;
  throw new MigrationError(
    `a later version of this service has migrated the database (${ahead.join(', ')}): use that one`,
  );
}
