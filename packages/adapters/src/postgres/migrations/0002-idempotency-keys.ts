import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

/**
 * The result of each retry key of the last 24 hours. The key of the table is a digest, because an owner can be longer than
 * an index entry may be. `created` has an index for the clean-up, `owner` one for reading or erasing everything held about a person.
 */
export const idempotencyKeys: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      do $$ begin
        create table if not exists idempotency_key (
          id bytea not null primary key,
          kind varchar not null,
          owner varchar not null,
          fingerprint bytea not null,
          snapshot json not null,
          created timestamp without time zone not null
        );
        create index if not exists idempotency_key_created on idempotency_key (created);
        create index if not exists idempotency_key_owner on idempotency_key (left(owner, 64));
      end $$`.execute(db);
  },

  async down(db: Kysely<unknown>) {
    await sql`drop table if exists idempotency_key`.execute(db);
  },
};
