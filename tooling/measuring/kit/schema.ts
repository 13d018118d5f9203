import type pg from 'pg';
import { ORIGINAL_SCHEMA } from '../../../packages/adapters/test/support/original.ts';
import type { Kind } from './kinds.ts';
import { type Population, seedStatement } from './population.ts';
import { PATCHED_PREFIX, serialText } from './requests.ts';

/** The original's tables, as the floor and Fastify use them, with the indexes that everyone would add. */
export const PLAIN_TABLES = `${ORIGINAL_SCHEMA}
  create index on mobile (patient_id, date_first_launched_ desc);
  create index on desktop (clinician_id, date_first_used_ desc);
  create index on blood_glucose_meter (patient_id);`;

/** Fills a kind's table with the population, and nothing else. */
export async function seed(pool: pg.Pool, kind: Kind, population: Population): Promise<void> {
  await pool.query(`delete from ${kind.table}`);
  const rows = population.owners * population.recordsPerOwner;
  await pool.query(seedStatement(kind), [0, rows - 1, population.recordsPerOwner]);
  await settle(pool, kind);
}

/** Removes what POSTs added, so that every round meets the same tables. Patched records stay as they are. */
export async function removeAdded(pool: pg.Pool, kind: Kind): Promise<void> {
  await pool.query(`delete from ${kind.table} where created > timestamp '2020-01-01'`);
  await settle(pool, kind);
}

/** Vacuums and writes back, so that no round pays for an earlier one. */
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
