import type pg from 'pg';

/** Opens a second connection to the same server, or returns the one opened before. */
export type OpenReader = () => Promise<pg.ClientBase>;

/**
 * Runs `work` with a connection that sees what the transaction of `client` saw when it began, so that the server reads on
 * one core and stores on another. Without a second connection they take turns.
 */
export async function withReader<T>(
  client: pg.ClientBase,
  openReader: OpenReader | undefined,
  work: (reader: pg.ClientBase) => Promise<T>,
): Promise<T> {
  if (openReader === undefined) return work(client);
  const reader = await openReader();
  const { rows } = await client.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
  await reader.query('begin isolation level repeatable read read only');
  try {
    await reader.query(`set transaction snapshot ${reader.escapeLiteral(rows[0]?.snapshot ?? '')}`);
    return await work(reader);
  } finally {
    await reader.query('rollback').catch(() => {});
  }
}
