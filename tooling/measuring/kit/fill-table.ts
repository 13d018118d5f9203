import type pg from 'pg';
import { progressBar } from '../../terminal.ts';
import type { Kind } from './kinds.ts';
import { seedStatement } from './population.ts';
import { figure } from './text.ts';

/** Rows per statement: short statements show progress. */
const CHUNK = 100_000;

/** Inserts the rows from one number to another, both inclusive. */
type Insert = (from: number, to: number) => Promise<unknown>;

/** Inserts many rows, without waiting for the disk, below a progress bar. */
export async function insertRows(client: pg.ClientBase, title: string, rows: number, insert: Insert): Promise<void> {
  await client.query('set synchronous_commit = off');
  const show = progressBar(`${title}: ${figure(rows)} rows`);
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(from + CHUNK, rows);
    await insert(from, to - 1);
    show(to, rows);
  }
}

/** Inserts a kind's records of owners with so many each. */
export async function insertRecords(client: pg.ClientBase, kind: Kind, rows: number, perOwner: number): Promise<void> {
  const statement = seedStatement(kind);
  await insertRows(client, kind.table, rows, (from, to) => client.query(statement, [from, to, perOwner]));
}

/**
 * Fills tables without their indexes and triggers. The indexes are then built in one go: minutes instead of an hour at
 * ten million rows.
 */
export async function withoutIndexes(
  client: pg.ClientBase,
  tables: readonly string[],
  fill: () => Promise<unknown>,
): Promise<void> {
  await client.query("set maintenance_work_mem = '512MB'");
  const { rows: indexes } = await client.query<{ owner: string; name: string; definition: string; key: string | null }>(
    `select i.indrelid::regclass::text as owner, i.indexrelid::regclass::text as name,
            pg_get_indexdef(i.indexrelid) as definition, pg_get_constraintdef(c.oid) as key
       from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p'
      where i.indrelid = any ($1::regclass[])`,
    [tables],
  );
  for (const { owner, name, key } of indexes) {
    await client.query(key === null ? `drop index ${name}` : `alter table ${owner} drop constraint ${name}`);
  }
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`);
  await fill();
  const show = progressBar(`${tables[0]}: ${indexes.length} indexes`);
  for (const [done, { owner, name, definition, key }] of indexes.entries()) {
    await client.query(key === null ? definition : `alter table ${owner} add constraint ${name} ${key}`);
    show(done + 1, indexes.length);
  }
  for (const table of tables) await client.query(`alter table ${table} enable trigger user`);
}
