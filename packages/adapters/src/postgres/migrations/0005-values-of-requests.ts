import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

/**
 * A second digest beside `fingerprint`: of what a request says, whatever its bytes. It covers that fingerprint too,
 * so it no longer matches once a process of version 2.0, which does not know it, reuses the key for another
 * request. Null where such a process stored the key.
 *
 * The lock on the table lasts only a moment, but it waits behind every running statement, and later statements wait behind
 * it: the attempt gives up soon, and the migrating process tries again.
 */
export const valuesOfRequests: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      do $$ begin
        perform set_config('lock_timeout', '1s', true);
        alter table idempotency_key add column if not exists values_fingerprint bytea;
      end $$`.execute(db);
  },

  async down(db: Kysely<unknown>) {
    await sql`alter table if exists idempotency_key drop column if exists values_fingerprint`.execute(db);
  },
};
