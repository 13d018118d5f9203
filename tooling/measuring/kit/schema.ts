import type pg from 'pg';
import type { Kind } from './kinds.ts';
import { type Population, seedStatement } from './population.ts';
import { PATCHED_PREFIX, serialText } from './requests.ts';

const AUDIT = `uuid varchar(36) primary key, created timestamp not null, created_by_ varchar not null,
  modified timestamp not null, modified_by_ varchar not null`;

/**
 * The tables as the floor and Fastify would have them: the original's columns, and the index that everyone would add.
 * The service makes its own by its migrations.
 */
export const PLAIN_TABLES = `
  create table mobile (${AUDIT}, patient_id varchar(36) not null, unique_device_code varchar not null,
    date_first_launched_ timestamp not null, date_first_launched_time_zone_ integer not null,
    app_product varchar not null, app_version varchar not null, phone_os varchar not null,
    phone_os_version varchar not null, manufacturer varchar not null, model varchar not null,
    display_name varchar not null);
  create index on mobile (patient_id, date_first_launched_ desc);
  create table desktop (${AUDIT}, clinician_id varchar(36) not null, unique_device_code varchar not null,
    date_first_used_ timestamp not null, date_first_used_time_zone_ integer not null,
    app_product varchar not null, app_version varchar not null, desktop_os varchar not null,
    desktop_os_version varchar not null, ip_address varchar not null);
  create index on desktop (clinician_id, date_first_used_ desc);
  create table blood_glucose_meter (${AUDIT}, mobile_id varchar(36) not null, serial_number varchar not null,
    patient_id varchar not null, date_verified timestamptz not null, is_bg_value_correct boolean,
    app_product varchar not null, app_version varchar not null, blood_glucose_value double precision);
  create index on blood_glucose_meter (patient_id);`;

/** Fills a kind's table with the population, and nothing else. */
export async function seed(pool: pg.Pool, kind: Kind, population: Population): Promise<void> {
  await pool.query(`delete from ${kind.table}`);
  const rows = population.owners * population.recordsPerOwner;
  await pool.query(seedStatement(kind), [0, rows - 1, population.recordsPerOwner]);
  await settle(pool, kind);
}

/** Takes away what POSTs have added, so that every round meets the same tables. Patched records stay as they are. */
export async function removeAdded(pool: pg.Pool, kind: Kind): Promise<void> {
  await pool.query(`delete from ${kind.table} where created > timestamp '2020-01-01'`);
  await settle(pool, kind);
}

/** No round pays for what an earlier one has left to clean up or to write back. */
export async function settle(pool: pg.Pool, kind: Kind): Promise<void> {
  await pool.query(`vacuum analyze ${kind.table}`);
  await pool.query('checkpoint');
}

export async function countAdded(pool: pg.Pool, kind: Kind): Promise<number> {
  return count(pool, kind, "created > timestamp '2020-01-01'");
}

/** How many records the PATCHes with these serial numbers have changed. */
export async function countPatched(pool: pg.Pool, kind: Kind, first: number, last: number): Promise<number> {
  const [from, to] = [first, last].map((serial) => `'${PATCHED_PREFIX}${serialText(serial)}'`);
  return count(pool, kind, `app_version collate "C" between ${from} and ${to}`);
}

async function count(pool: pg.Pool, kind: Kind, condition: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::integer as count from ${kind.table} where ${condition}`,
  );
  return rows[0]?.count ?? 0;
}
