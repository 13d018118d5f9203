import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

/** Each table, the column that says whose the record is, and the columns that a revision keeps, beside `uuid`. */
const TABLES: Readonly<Record<string, { readonly owner: string; readonly columns: Readonly<Record<string, string>> }>> =
  {
    mobile: {
      owner: 'patient_id',
      columns: {
        ...audit(),
        ...texts('patient_id', 'unique_device_code'),
        date_first_launched_: 'timestamp not null',
        date_first_launched_time_zone_: 'integer not null',
        ...texts('app_product', 'app_version', 'phone_os', 'phone_os_version', 'manufacturer', 'model', 'display_name'),
      },
    },
    desktop: {
      owner: 'clinician_id',
      columns: {
        ...audit(),
        ...texts('clinician_id', 'unique_device_code'),
        date_first_used_: 'timestamp not null',
        date_first_used_time_zone_: 'integer not null',
        ...texts('app_product', 'app_version', 'desktop_os', 'desktop_os_version', 'ip_address'),
      },
    },
    blood_glucose_meter: {
      owner: 'patient_id',
      columns: {
        ...audit(),
        ...texts('mobile_id', 'serial_number', 'patient_id'),
        date_verified: 'timestamptz not null',
        is_bg_value_correct: 'boolean',
        ...texts('app_product', 'app_version'),
        blood_glucose_value: 'double precision',
      },
    },
  };

function audit(): Record<string, string> {
  return {
    created: 'timestamp not null',
    created_by_: 'varchar not null',
    modified: 'timestamp not null',
    modified_by_: 'varchar not null',
  };
}

function texts(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, 'varchar not null']));
}

/**
 * The states of records that were overwritten, a table for each kind, and the functions that keep them. The triggers that
 * call the functions are in `triggers.ts`, because creating one locks a table.
 *
 * - `number` counts the states of one record in the order in which they were overwritten. The row lock of the UPDATE
 *   serialises it, whatever the clocks say. Numbers may begin above 1 where older states have been removed.
 * - `replaced` is when the state was overwritten, by the database's clock, in UTC.
 * - A change of owner removes the earlier states, because they are another person's. A changed uuid takes them along.
 * - The functions run as the owner of the tables, because a role that may change a record need not have rights on its
 *   revisions. Every name in them is resolved in `pg_catalog` or carries its schema, and equality compares `text`, so that
 *   nothing in the caller's search path or in the schema takes part.
 * - A transaction whose `polaris.erasing` is its own number keeps nothing, so that the name of an erased person can be
 *   replaced without being kept. A value that a session or a pooler leaves behind has no effect.
 */
export const revisions: Migration = {
  async up(db: Kysely<unknown>) {
    const statements = Object.entries(TABLES).flatMap(([name, { owner, columns }]) => [
      tableOf(name, columns),
      functionOf(name, owner, Object.keys(columns)),
    ]);
    // One statement, so that a crash leaves all of it or nothing; in the schema of the tables, wherever that is.
    await sql
      .raw(`
        do $migration$ begin
          execute format($text$
            ${statements.join('\n')}
            create table if not exists %1$s.revision_start (
              table_name varchar not null primary key,
              started timestamp not null,
              had_rows boolean not null
            );
          $text$, (select relnamespace::regnamespace from pg_class where oid = to_regclass('mobile')));
        end $migration$`)
      .execute(db);
  },

  async down(db: Kysely<unknown>) {
    const names = Object.keys(TABLES);
    await sql
      .raw(`do $migration$ begin
        drop table if exists revision_start, ${names.map((name) => `${name}_revision`).join(', ')};
        ${names.map((name) => `drop function if exists keep_${name}_revision();`).join('\n')}
      end $migration$`)
      .execute(db);
  },
};

// In what follows `%1$s` is the schema of the tables, quoted where it has to be.

function tableOf(name: string, columns: Readonly<Record<string, string>>): string {
  const defined = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  return `
    create table if not exists %1$s.${name}_revision (
      uuid varchar not null,
      number integer not null,
      replaced timestamp not null,
      ${defined.join(', ')},
      primary key (uuid, number)
    );`;
}

function functionOf(name: string, owner: string, columns: readonly string[]): string {
  const kept = `%1$s.${name}_revision`;
  return `
    create or replace function %1$s.keep_${name}_revision() returns trigger
    language plpgsql security definer set search_path = pg_catalog, %1$s, pg_temp as $function$
    begin
      if tg_op = 'TRUNCATE' then
        -- Where the same command has emptied it, it cannot be truncated once more.
        if exists (select from ${kept}) then
          truncate ${kept};
        end if;
      elsif tg_op = 'DELETE' then
        delete from ${kept} where uuid::text = old.uuid::text;
      elsif current_setting('polaris.erasing', true) = txid_current()::text then
        null;
      elsif new.${owner}::text <> old.${owner}::text then
        delete from ${kept} where uuid::text = old.uuid::text;
      else
        if new.uuid::text <> old.uuid::text then
          update ${kept} set uuid = new.uuid where uuid::text = old.uuid::text;
        end if;
        insert into ${kept} (uuid, number, replaced, ${columns.join(', ')})
        values (
          new.uuid,
          1 + coalesce((select number from ${kept} where uuid::text = new.uuid::text order by number desc limit 1), 0),
          clock_timestamp() at time zone 'UTC',
          ${columns.map((column) => `old.${column}`).join(', ')}
        );
      end if;
      return null;
    end $function$;
    revoke all on function %1$s.keep_${name}_revision() from public;`;
}
