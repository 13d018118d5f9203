import type { Migration } from 'kysely/migration';
import { originalTables } from './0001-original-tables.js';
import { idempotencyKeys } from './0002-idempotency-keys.js';

/**
 * The migrations of the schema, in the order of their names. They are quick, and run before the service serves; what takes
 * long on a large table, an index, is in `indexes.ts` instead.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-original-tables': originalTables,
  '0002-idempotency-keys': idempotencyKeys,
};
