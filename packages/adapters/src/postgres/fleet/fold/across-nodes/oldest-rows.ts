import type pg from 'pg';

/**
 * Returns a moment up to which a table has about so many rows; undefined if it has no more. Citus deletes by a condition
 * only, without a limit: this bounds how much one transaction deletes.
 */
export async function boundOfOldest(
  client: pg.ClientBase,
  table: string,
  column: string,
  most: number,
): Promise<string | undefined> {
  const { rows } = await client.query<{ bound: string }>(
    `select ${column} as bound from ${table} order by ${column} offset $1 limit 1`,
    [most],
  );
  return rows[0]?.bound;
}
