import { insertRecords, withoutIndexes } from '../kit/fill-table.ts';
import type { Kind } from '../kit/kinds.ts';
import { seedStatement } from '../kit/population.ts';
import type { DatabaseEnvironment, Server } from '../kit/postgres.ts';
import { settle } from '../kit/schema.ts';

export const RECORDS_PER_OWNER = 10;
export const CROWDED_OWNER = 'crowded';
export const CROWDED_RECORDS = 100_000;

/** Fills a kind's table with ordinary owners and a crowded one. */
export async function fillTable(
  server: Server,
  database: DatabaseEnvironment,
  kind: Kind,
  rows: number,
): Promise<void> {
  const pool = server.connect(database);
  const client = await pool.connect();
  try {
    await withoutIndexes(client, [kind.table], async () => {
      await insertRecords(client, kind, rows, RECORDS_PER_OWNER);
      await client.query(seedStatement(kind, `'${CROWDED_OWNER}'`), [0, CROWDED_RECORDS - 1, CROWDED_RECORDS]);
    });
  } finally {
    client.release();
  }
  await settle(pool, kind);
}
