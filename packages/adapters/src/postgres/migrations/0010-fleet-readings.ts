import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

/** The sums of readings, and the texts that the readings of a sum have in common. */
const SUMS: Readonly<Record<string, readonly string[]>> = {
  fleet_reading_group: ['app_product', 'app_version', 'phone_os', 'manufacturer', 'model'],
  fleet_reading_serial: ['app_product', 'serial_number'],
};

/**
 * What patients say about the readings of their meters, for the reports.
 *
 * - `fleet_reading` holds each reading whose value the patient judged, with the texts of the phone that it came through; null if
 *   that phone is unknown. `is_newest`: no later one is known of this patient and serial number, which is not empty. The fold is the only writer.
 * - `fleet_reading_group`, `fleet_reading_serial` hold how many readings have the same texts (`told`), how many of them the patient
 *   called wrong (`disagree`), and the same of the newest ones. They are counted when the first build ends, and kept up to date from then on.
 * - `fleet_queue` and `fleet_build` take owners of any length, because a meter's patient has none.
 * - `fleet_forget` takes a person's readings out too; `fleet_forget_people` is that of migration 0008.
 *
 * Search and reports wait until the readings have been built once.
 */
export const fleetReadings: Migration = {
  async up(db: Kysely<unknown>) {
    const statements = [
      `alter table %1$s.fleet_queue alter column owner type varchar;
       alter table %1$s.fleet_build alter column walked_to type varchar;
       create table if not exists %1$s.fleet_reading (
         uuid varchar(36) not null,
         created timestamp not null,
         patient_id varchar not null,
         serial_number varchar not null,
         date_verified timestamptz not null,
         is_bg_value_correct boolean not null,
         is_newest boolean not null,
         app_product varchar not null,
         app_version varchar not null,
         phone_os varchar,
         manufacturer varchar,
         model varchar
       );
       create index if not exists fleet_reading_patient on %1$s.fleet_reading (left(patient_id, 64));`,
      ...Object.entries(SUMS).map(
        ([table, texts]) => `
        create table if not exists %1$s.${table} (
          digest bytea primary key,
          ${texts.map((text) => `${text} varchar`).join(', ')},
          told integer not null,
          disagree integer not null,
          newest_told integer not null,
          newest_disagree integer not null
        );`,
      ),
      NOTE,
      FORGET,
      `insert into %1$s.fleet_build values ('blood_glucose_meter', false, false, null, 0, 0) on conflict do nothing;
       update %1$s.fleet_state set as_of = '-infinity';`,
    ];
    await inSchemaOfTables(db, statements);
  },

  async down(db: Kysely<unknown>) {
    await inSchemaOfTables(db, [
      `drop function if exists %1$s.fleet_forget(text);
       alter function %1$s.fleet_forget_people(text) rename to fleet_forget;
       drop function if exists %1$s.note_blood_glucose_meter_owners();
       drop table if exists %1$s.fleet_reading, ${Object.keys(SUMS)
         .map((table) => `%1$s.${table}`)
         .join(', ')};
       delete from %1$s.fleet_build where kind = 'blood_glucose_meter';
       delete from %1$s.fleet_queue where kind = 'blood_glucose_meter';
       alter table %1$s.fleet_queue alter column owner type varchar(36);
       alter table %1$s.fleet_build alter column walked_to type varchar(36);`,
    ]);
  },
};

/** One statement, so that a crash leaves all of it or nothing; in the schema of the tables, wherever that is. */
async function inSchemaOfTables(db: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  await sql
    .raw(`
      do $migration$ begin
        execute format($text$ ${statements.join('\n')} $text$,
          (select relnamespace::regnamespace from pg_class where oid = to_regclass('mobile')));
      end $migration$`)
    .execute(db);
}

const INTO_QUEUE = `insert into %1$s.fleet_queue (kind, owner)`;

const NOTE = `
  create or replace function %1$s.note_blood_glucose_meter_owners() returns trigger
  language plpgsql security definer set search_path = pg_catalog, %1$s, pg_temp as $function$
  begin
    if tg_op = 'TRUNCATE' then
      ${INTO_QUEUE} values ('blood_glucose_meter', null);
    elsif tg_op = 'INSERT' then
      ${INTO_QUEUE} select distinct 'blood_glucose_meter', patient_id from new_rows;
    elsif tg_op = 'DELETE' then
      ${INTO_QUEUE} select distinct 'blood_glucose_meter', patient_id from old_rows;
    else
      ${INTO_QUEUE} select 'blood_glucose_meter', patient_id from new_rows
        union select 'blood_glucose_meter', patient_id from old_rows;
    end if;
    return null;
  end $function$;
  revoke all on function %1$s.note_blood_glucose_meter_owners() from public;`;

/** The SHA-256 that finds a sum. */
const digestOf = (texts: readonly string[]) =>
  `sha256(convert_to(json_build_array(${texts.join(', ')})::text, 'UTF8'))`;
const THEIRS = `%1$s.fleet_reading where left(patient_id, 64) = left(person, 64) and patient_id = person`;

const FORGET = `
  do $rename$ begin
    if not exists (select from pg_proc where proname = 'fleet_forget_people'
                      and pronamespace = (select relnamespace from pg_class where oid = to_regclass('mobile'))) then
      alter function %1$s.fleet_forget(text) rename to fleet_forget_people;
    end if;
  end $rename$;
  create or replace function %1$s.fleet_forget(person text) returns void
  language plpgsql set search_path = pg_catalog, %1$s, pg_temp as $function$
  begin
    perform %1$s.fleet_forget_people(person);
    ${Object.entries(SUMS)
      .map(
        ([table, texts]) => `
    update %1$s.${table} s set told = s.told - fewer.told, disagree = s.disagree - fewer.disagree,
           newest_told = s.newest_told - fewer.newest_told, newest_disagree = s.newest_disagree - fewer.newest_disagree
      from (select ${digestOf(texts)} as digest, count(*)::integer as told,
                   count(*) filter (where not is_bg_value_correct)::integer as disagree,
                   count(*) filter (where is_newest)::integer as newest_told,
                   count(*) filter (where is_newest and not is_bg_value_correct)::integer as newest_disagree
              from ${THEIRS} group by 1) as fewer
     where s.digest = fewer.digest;
    delete from %1$s.${table} where told = 0 and digest = any (array(select ${digestOf(texts)} from ${THEIRS}));`,
      )
      .join('')}
    delete from ${THEIRS};
  end $function$;
  revoke all on function %1$s.fleet_forget(text) from public;`;
