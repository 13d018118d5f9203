import type pg from 'pg';

/** The oldest rows of a table. */
export interface OldestRows {
  /** The moment of the last one of them; undefined if there are none. */
  readonly last: string | undefined;
  /** There may be more rows. */
  readonly more: boolean;
}

/**
 * Looks for the oldest rows, so many at most: Citus deletes by a condition only, without a limit, so this bounds how much
 * one statement deletes.
 *
 * @param column a moment, which an index holds
 * @param before no rows from that moment on
 */
export async function oldestRows(
  client: pg.ClientBase,
  table: string,
  column: string,
  most: number,
  before = 'infinity',
): Promise<OldestRows> {
  const { rows } = await client.query<{ moment: string }>(
    `select ${column} as moment from ${table} where ${column} < $1 order by ${column} limit $2`,
    [before, most],
  );
  return { last: rows.at(-1)?.moment, more: rows.length === most };
}
