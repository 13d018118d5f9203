import type pg from 'pg';
import { isMissingTable } from '../failures.js';
import { RECORD_TABLE_NAMES, REVISION_TABLE_NAMES } from '../tables.js';
import { MigrationError } from './error.js';
import type { MigrationOptions } from './progress.js';

export interface MigrateDownOptions extends MigrationOptions {
  /** Whether records may be lost if the tables are our own. */
  readonly dropAllRecords?: boolean | undefined;
  /** Whether the earlier states of records may be lost. */
  readonly dropRevisions?: boolean | undefined;
  /** Whether the log of accesses and the receipts of erasures may be lost. */
  readonly dropReceipts?: boolean | undefined;
}

/** Rows that `migrateDown` deletes for good. A migration that adds a table whose rows cannot be rebuilt adds a line. */
const LOSSES: readonly Loss[] = [
  { what: 'records', tables: RECORD_TABLE_NAMES, marked: true, consent: 'dropAllRecords' },
  { what: 'earlier states of records', tables: REVISION_TABLE_NAMES, consent: 'dropRevisions' },
  { what: 'accesses and receipts of erasures', tables: ['access', 'erasure'], consent: 'dropReceipts' },
];

interface Loss {
  /** The name of the rows, for people. */
  readonly what: string;
  readonly tables: readonly string[];
  /** The tables may be the Python service's, which stay: only those with our mark are dropped. */
  readonly marked?: boolean;
  /** The option required to drop the tables while they have rows. */
  readonly consent: keyof typeof FLAGS;
}

/** The command line's name of each option. */
const FLAGS = {
  dropAllRecords: '--drop-all-records',
  dropRevisions: '--drop-revisions',
  dropReceipts: '--drop-receipts',
} as const;

/**
 * Reports how many rows of each kind would be lost.
 *
 * @throws MigrationError naming the missing consent and the number of rows
 */
export async function tellLosses(client: pg.Client, options: MigrateDownOptions): Promise<void> {
  for (const loss of LOSSES) {
    const { what, consent } = loss;
    const counts = await countRows(client, await doomedTables(client, loss));
    const rows = counts.reduce((sum, { rows }) => sum + rows, 0n);
    if (rows === 0n) continue;
    if (options[consent] !== true) {
      const where = counts.map(({ table, rows }) => `${table}: ${rows}`).join(', ');
      throw new MigrationError(
        `this would drop all ${rows} ${what} for good (${where}), so it was not done: make a backup, then say ${FLAGS[consent]}`,
      );
    }
    options.onProgress?.({ kind: 'dropping', what, rows });
  }
}

/** Prevents anyone from adding rows to what is about to be dropped, until the transaction ends. */
export async function lockDoomedTables(client: pg.Client): Promise<void> {
  for (const loss of LOSSES) {
    const tables = await doomedTables(client, loss);
    if (tables.length > 0) await client.query(`lock table ${tables.join(', ')} in access exclusive mode`);
  }
}

/** Returns the existing tables that `migrateDown` drops. */
async function doomedTables(client: pg.Client, { tables, marked = false }: Loss): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) with ordinality as t (name, position)
      where to_regclass(name) is not null
        and (not $2 or obj_description(to_regclass(name), 'pg_class') like 'Made by polaris-telemetry %')
      order by position`,
    [tables, marked],
  );
  return rows.map(({ name }) => name);
}

async function countRows(client: pg.Client, tables: readonly string[]) {
  const counts: { readonly table: string; readonly rows: bigint }[] = [];
  for (const table of tables) {
    try {
      const { rows } = await client.query<{ count: string }>(`select count(*) from ${table}`);
      counts.push({ table, rows: BigInt(rows[0]?.count ?? 0) });
    } catch (error) {
      // Another process has dropped it meanwhile.
      if (!isMissingTable(error)) throw error;
    }
  }
  return counts;
}
