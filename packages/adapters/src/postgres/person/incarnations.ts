import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';

/**
 * As PostgreSQL tells a table that was restored, and a timeline of the log that a recovery began. See the migration
 * `0007-erasure-replays`.
 */
export const INCARNATION = `'erasure'::regclass::oid || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)`;

/**
 * Asks the nodes of Citus, which have the records while the receipts are on the coordinator: a node that was restored, or
 * whose standby took over, may have people whose receipts the coordinator has.
 */
const NODES = `run_command_on_workers($node$
  select (pg_control_system()).system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
$node$)`;

/** Whether each node is as it was when no receipt could be missing. Only where Citus distributes the records. */
export const NODES_REPLAYED = `
  select coalesce(bool_and(success and result in (select incarnation from erasure_replay)), true) as replayed from ${NODES}`;

/** As `NODES_REPLAYED`; on a server alone records and receipts are always of the same time. */
export async function areNodesReplayed(client: pg.ClientBase): Promise<boolean> {
  if (!isDistributed(client)) return true;
  const { rows } = await client.query<{ replayed: boolean }>(NODES_REPLAYED);
  return rows[0]?.replayed === true;
}

/** Marks the database as one in which no receipt is missing. */
export async function markReplayed(client: pg.ClientBase): Promise<void> {
  await client.query(
    `insert into erasure_replay values (${INCARNATION}, clock_timestamp() at time zone 'UTC') on conflict do nothing`,
  );
  if (isDistributed(client)) await markNodes(client);
}

export async function markNodes(client: pg.ClientBase): Promise<void> {
  await client.query(
    `insert into erasure_replay
       select distinct result, clock_timestamp() at time zone 'UTC' from ${NODES} where success on conflict do nothing`,
  );
}
