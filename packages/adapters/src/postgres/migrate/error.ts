/** Why the schema cannot be brought up to date: one line, fit for an operator, without secrets. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}
