import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: what has run on somebody's database is never edited. Imports no code of ours, for that goes on changing.

/**
 * A second digest beside `fingerprint`: of what a request says, whatever its bytes. It is taken together with that
 * fingerprint, so that it no longer matches once a process of version 2.0, which does not know it, gives the key to
 * another request. Null where such a process stored the key.
 *
 * The lock on the table lasts for a moment, but is waited for behind every statement under way, and whatever comes later
 * waits as well: it is given up soon, and asked for again by whoever migrates.
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
