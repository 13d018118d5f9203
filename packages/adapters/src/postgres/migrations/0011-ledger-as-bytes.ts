import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

/** Days in an entry of the ledger. */
const SPAN = 32;

const BYTES = Array.from({ length: SPAN }, (_, day) => `int4send(changes[${day + 1}])`).join(' || ');

/**
 * `packed` holds the numbers of `fleet_ledger.changes` as bytes, four for each day, the highest first. PostgreSQL keeps it
 * equal to them: writing the numbers as text took longer than all else that a report does.
 */
export const ledgerAsBytes: Migration = {
  async up(db: Kysely<unknown>) {
    await alterLedger(db, `add column if not exists packed bytea not null generated always as (${BYTES}) stored`);
  },

  async down(db: Kysely<unknown>) {
    await alterLedger(db, 'drop column packed');
  },
};

/** In the schema of the tables, wherever that is. */
async function alterLedger(db: Kysely<unknown>, change: string): Promise<void> {
  await sql
    .raw(`
      do $migration$ begin
        execute format($text$ alter table %1$s.fleet_ledger ${change} $text$,
          (select relnamespace::regnamespace from pg_class where oid = to_regclass('mobile')));
      end $migration$`)
    .execute(db);
}
