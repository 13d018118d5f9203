import type pg from 'pg';

const distributed = new WeakSet<pg.ClientBase>();

/**
 * Whether Citus distributed the tables of records when this connection was opened, by `openClient`. Statements then keep
 * within its limits: docs/citus.md.
 */
export function isDistributed(client: pg.ClientBase): boolean {
  return distributed.has(client);
}

/** Finds out whether Citus, which the server has, distributes the tables of records, and keeps it for `isDistributed`. */
export async function findDistribution(client: pg.ClientBase): Promise<boolean> {
  // Tables are also listed there as local or reference tables: those have another method.
  const { rows } = await client.query<{ found: boolean }>(
    `select exists (
       select from pg_dist_partition where logicalrelid = to_regclass('mobile') and partmethod = 'h'
     ) as found`,
  );
  const found = rows[0]?.found === true;
  if (found) distributed.add(client);
  return found;
}
