import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: what has run on somebody's database is never edited. Imports no code of ours, for that goes on changing.

/**
 * In which incarnations of the database no receipt of an erasure can be missing. An incarnation is the table `erasure`,
 * which a restored dump makes again, on a timeline of the write-ahead log, of which a recovery begins a new one.
 */
export const erasureReplays: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      do $$ begin
        if to_regclass('erasure_replay') is null then
          create table erasure_replay (incarnation varchar not null primary key, at timestamp without time zone not null);
          insert into erasure_replay values (
            'erasure'::regclass::oid || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8),
            clock_timestamp() at time zone 'UTC');
        end if;
      end $$`.execute(db);
  },

  async down(db: Kysely<unknown>) {
    await sql`drop table if exists erasure_replay`.execute(db);
  },
};
