import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: what has run on somebody's database is never edited. Imports no code of ours, for that goes on changing.

/**
 * Who looked at whose data, and who was erased.
 *
 * - `access` has a row for each answer that needed a scope of staff. `ids` lists the first 64 characters of each id that
 *   the row names, in whichever column: an erasure, or a request of access, need not read texts. Its index collects new
 *   rows aside, because they come often and are looked for rarely, but not many of them, because every search reads those.
 * - `erasure` has the receipt of each erasure, without the id of whom it erased: `subject` is a digest of that id, keyed
 *   by the oldest row of `erasure_key`. There may be several keys where a backup was restored.
 */
export const accessesAndErasures: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      do $$ begin
        create table if not exists access (
          id bigint generated always as identity primary key,
          at timestamp without time zone not null,
          actor varchar not null,
          operation varchar not null,
          person_id varchar,
          query varchar,
          status integer not null,
          request_id varchar not null,
          ids varchar[] not null
        );
        create index if not exists access_at on access (at, id);
        create index if not exists access_actor on access (left(actor, 64), at, id);
        create index if not exists access_person on access (left(person_id, 64), at, id) where person_id is not null;
        create index if not exists access_ids on access using gin (ids) with (gin_pending_list_limit = 256);
        create table if not exists erasure (
          id varchar(36) not null primary key,
          at timestamp without time zone not null,
          by varchar not null,
          subject varchar not null,
          counts json not null
        );
        create index if not exists erasure_at on erasure (at, id);
        create index if not exists erasure_subject on erasure (subject);
        create index if not exists erasure_by on erasure (left(by, 64));
        create table if not exists erasure_key (
          key bytea not null primary key,
          created timestamp without time zone not null
        );
        if not exists (select from erasure_key) then
          insert into erasure_key values (
            sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
            clock_timestamp() at time zone 'UTC');
        end if;
      end $$`.execute(db);
  },

  async down(db: Kysely<unknown>) {
    await sql`drop table if exists access, erasure, erasure_key`.execute(db);
  },
};
