import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

/** Marks the tables that this migration has made, as opposed to those it found. */
const OURS = 'Made by polaris-telemetry 0001';

const AUDIT = `
  uuid varchar(36) not null primary key,
  created timestamp without time zone not null,
  created_by_ varchar not null,
  modified timestamp without time zone not null,
  modified_by_ varchar not null`;

const TABLES: Readonly<Record<string, string>> = {
  mobile: `${AUDIT},
  patient_id varchar(36) not null,
  unique_device_code varchar not null,
  date_first_launched_ timestamp without time zone not null,
  date_first_launched_time_zone_ integer not null,
  app_product varchar not null,
  app_version varchar not null,
  phone_os varchar not null,
  phone_os_version varchar not null,
  manufacturer varchar not null,
  model varchar not null,
  display_name varchar not null`,
  desktop: `${AUDIT},
  clinician_id varchar(36) not null,
  unique_device_code varchar not null,
  date_first_used_ timestamp without time zone not null,
  date_first_used_time_zone_ integer not null,
  app_product varchar not null,
  app_version varchar not null,
  desktop_os varchar not null,
  desktop_os_version varchar not null,
  ip_address varchar not null`,
  blood_glucose_meter: `${AUDIT},
  mobile_id varchar(36) not null,
  serial_number varchar not null,
  patient_id varchar not null,
  date_verified timestamp with time zone not null,
  is_bg_value_correct boolean,
  app_product varchar not null,
  app_version varchar not null,
  blood_glucose_value double precision`,
};

/** The three tables of the Python original. Existing ones are taken over as they are, untouched. */
export const originalTables: Migration = {
  async up(db: Kysely<unknown>) {
    for (const [name, columns] of Object.entries(TABLES)) {
      // One statement each, so that no crash leaves one of our tables without its mark.
      await sql`
        do $$ begin
          if to_regclass(${sql.lit(name)}) is null then
            create table ${sql.table(name)} (${sql.raw(columns)});
            comment on table ${sql.table(name)} is ${sql.lit(OURS)};
          end if;
        end $$`.execute(db);
    }
  },

  /** Drops what `up` has made. The original's own tables, and everything in them, stay. */
  async down(db: Kysely<unknown>) {
    for (const name of Object.keys(TABLES).reverse()) {
      await sql`
        do $$ begin
          if obj_description(to_regclass(${sql.lit(name)}), 'pg_class') = ${sql.lit(OURS)} then
            drop table ${sql.table(name)};
          end if;
        end $$`.execute(db);
    }
  },
};
