import type { Erasure, PersonCounts } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { trusted } from '../records/audit-columns.js';
import { instantOf, timestampText } from '../records/timestamp-text.js';

/** A row of the table `erasure`. */
export interface ErasureRow {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly subject: string;
  readonly counts: PersonCounts;
}

/** Converts a row to a receipt. Its counts are stored as the domain has them. */
export function toErasure({ id, at, by, subject, counts }: ErasureRow): Erasure {
  return { id: trusted(id), at: instantOf(at), by: trusted(by), subject, counts };
}

/** Returns a receipt, or undefined if there is none of that id. */
export async function findReceipt(client: pg.ClientBase, id: string): Promise<Erasure | undefined> {
  const { rows } = await client.query<ErasureRow>('select id, at, by, subject, counts from erasure where id = $1', [
    id,
  ]);
  return rows[0] && toErasure(rows[0]);
}

/** Stores receipts that are not there yet. */
export async function addReceipts(client: pg.ClientBase, receipts: readonly Erasure[]): Promise<void> {
  const rows = receipts.map(({ at, ...receipt }) => ({ ...receipt, at: timestampText(at) }));
  await client.query(
    `insert into erasure (id, at, by, subject, counts)
     select id, at, by, subject, counts
       from json_to_recordset($1::json) as given (id text, at timestamp, by text, subject text, counts json)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  );
}
