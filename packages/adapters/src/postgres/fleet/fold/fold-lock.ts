import type pg from 'pg';

/** Number of the advisory lock: one process folds at a time. `fleet_forget` in migration 0008 takes the same. */
export const FOLD_LOCK = 7_201_486_010;

/** Takes the lock until the transaction ends, unless another one has it. */
export async function tryFoldLock(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [FOLD_LOCK]);
  return rows[0]?.taken === true;
}

/** Waits for the lock, and holds it until the transaction ends. */
export async function takeFoldLock(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [FOLD_LOCK]);
}
