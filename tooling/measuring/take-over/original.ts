import { ORIGINAL_SCHEMA } from '../../../packages/adapters/test/support/original.ts';
import { insertRecords } from '../kit/fill-table.ts';
import { KINDS, type Kind } from '../kit/kinds.ts';
import type { DatabaseEnvironment, Server } from '../kit/postgres.ts';

export const RECORDS_PER_OWNER = 10;

/** Returns how many owners a kind has with this many rows in all: half are phones, the rest desktops and meters. */
export function ownersOf(kind: Kind, rows: number): number {
  return Math.ceil(rows / (kind.name === 'patient' ? 2 : 4) / RECORDS_PER_OWNER);
}

/** A database as the Python service leaves it, at its head, with its primary keys and no other index. */
export async function makeOriginal(server: Server, name: string, rows: number): Promise<DatabaseEnvironment> {
  const database = await server.createDatabase(name);
  const pool = server.connect(database);
  await pool.query(ORIGINAL_SCHEMA);
  const client = await pool.connect();
  try {
    for (const kind of Object.values(KINDS)) {
      await insertRecords(client, kind, ownersOf(kind, rows) * RECORDS_PER_OWNER, RECORDS_PER_OWNER);
    }
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    client.release();
  }
  return database;
}
