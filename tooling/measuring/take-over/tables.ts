import type { Server } from '../kit/postgres.ts';
import { table } from '../kit/text.ts';

export type Pool = ReturnType<Server['connect']>;

const TABLES = ['mobile', 'desktop', 'blood_glucose_meter'] as const;
/** `created` of the seeded rows, which no one changes. */
const SEEDED = `timestamp '2020-01-01'`;

export async function countRows(pool: Pool): Promise<number> {
  return Number(await ask(pool, `select ${TABLES.map((name) => `(select count(*) from ${name})`).join(' + ')}`));
}

/** Returns a digest of every byte of the seeded rows. */
export async function seededDigest(pool: Pool): Promise<string> {
  const sums = TABLES.map(
    (name) => `(select sum(hashtextextended(t::text, 0)) from ${name} as t where created = ${SEEDED})`,
  );
  return String(await ask(pool, `select concat_ws(' ', ${sums.join(', ')})`));
}

export interface IndexOnDisk {
  readonly name: string;
  readonly oid: number;
  readonly valid: boolean;
}

/** The indexes beyond those of the original. */
export async function indexesOf(pool: Pool): Promise<readonly IndexOnDisk[]> {
  const { rows } = await pool.query<IndexOnDisk>(
    `select indexrelid::regclass::text as name, indexrelid::integer as oid, indisvalid as valid from pg_index
     where indrelid = any($1::regclass[]) and not indisprimary order by indexrelid`,
    [TABLES],
  );
  return rows;
}

export async function indexSizes(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ name: string; of: string; size: string; rows: string }>(
    `select indexrelid::regclass::text as name, indrelid::regclass::text as of, pg_size_pretty(pg_relation_size(indexrelid)) as size,
       pg_size_pretty(pg_table_size(indrelid)) as rows
     from pg_index where indrelid = any($1::regclass[]) and not indisprimary order by indexrelid`,
    [TABLES],
  );
  return table([['index', 'size', 'its table'], ...rows.map((row) => [row.name, row.size, `${row.of}, ${row.rows}`])]);
}

async function ask(pool: Pool, query: string): Promise<unknown> {
  const { rows } = await pool.query<Record<string, unknown>>(query);
  return Object.values(rows[0] ?? {})[0];
}
