import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { revisions } from './0003-revisions.js';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

const AUDIT = ['created', 'created_by_', 'modified', 'modified_by_'];

/** Each table of installations, whose they are, and the columns that a revision keeps, beside `uuid`. */
const TABLES: Readonly<Record<string, { readonly owner: string; readonly columns: readonly string[] }>> = {
  mobile: {
    owner: 'patient_id',
    columns: [
      ...AUDIT,
      ...['patient_id', 'unique_device_code', 'date_first_launched_', 'date_first_launched_time_zone_', 'app_product'],
      ...['app_version', 'phone_os', 'phone_os_version', 'manufacturer', 'model', 'display_name'],
    ],
  },
  desktop: {
    owner: 'clinician_id',
    columns: [
      ...AUDIT,
      ...['clinician_id', 'unique_device_code', 'date_first_used_', 'date_first_used_time_zone_', 'app_product'],
      ...['app_version', 'desktop_os', 'desktop_os_version', 'ip_address'],
    ],
  },
};

/** How long writers may queue behind an attempt to change a table; long enough for autovacuum to give way. */
const LONGEST_WAIT = '1500ms';

/**
 * `passing` is true for a state that another version, dated on the same day in UTC, has overwritten. It counts at the end
 * of no day, so the fold of the fleet's state need not read it: a person who changes a record a thousand times a day costs
 * no more than one who changes it once. A record's oldest state is never passing, because what was before it depends on
 * it. Null: kept before there was this column.
 *
 * The functions are otherwise those of migration 0003. Earlier versions may run beside them.
 */
export const passingStates: Migration = {
  async up(db: Kysely<unknown>) {
    for (const [name, { owner, columns }] of Object.entries(TABLES)) {
      await inSchemaOfTables(
        db,
        `alter table %1$s.${name}_revision add column if not exists passing boolean;
         ${functionOf(name, owner, columns)}`,
      );
    }
  },

  async down(db: Kysely<unknown>) {
    await revisions.up(db);
    for (const name of Object.keys(TABLES)) {
      await inSchemaOfTables(db, `alter table %1$s.${name}_revision drop column if exists passing;`);
    }
  },
};

/** Each change writes to the table: an attempt that has to wait for long gives up, lets writers pass, and begins again. */
async function inSchemaOfTables(db: Kysely<unknown>, statements: string): Promise<void> {
  await sql
    .raw(`
      do $migration$ begin
        loop
          begin
            perform set_config('lock_timeout', '${LONGEST_WAIT}', true);
            execute format($text$ ${statements} $text$,
              (select relnamespace::regnamespace from pg_class where oid = to_regclass('mobile')));
            exit;
          exception when lock_not_available then
            perform pg_sleep(0.5);
          end;
        end loop;
      end $migration$`)
    .execute(db);
}

// In what follows `%1$s` is the schema of the tables, quoted where it has to be.

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
        insert into ${kept} (uuid, number, replaced, passing, ${columns.join(', ')})
        select
          new.uuid,
          1 + coalesce(found.last, 0),
          clock_timestamp() at time zone 'UTC',
          found.last is not null and new.modified::date = old.modified::date and new.app_version::text <> old.app_version::text,
          ${columns.map((column) => `old.${column}`).join(', ')}
        from (
          -- \`offset\` keeps PostgreSQL from looking it up for each of its uses.
          select (select number from ${kept} where uuid::text = new.uuid::text order by number desc limit 1) as last offset 0
        ) as found;
      end if;
      return null;
    end $function$;`;
}
