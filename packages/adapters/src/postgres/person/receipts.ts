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

/** The row that `COUNT` returns. */
export interface CountRow {
  readonly mobile: string;
  readonly desktop: string;
  readonly blood_glucose_meter: string;
  readonly revisions: string;
  readonly retry_copies: string;
  readonly names: string;
  readonly accesses: string;
}

/** @param inQueries how many accesses name the person only in their query */
export function countsOf(row: CountRow | undefined, inQueries: number): PersonCounts {
  return {
    patientInstallations: Number(row?.mobile),
    clinicianInstallations: Number(row?.desktop),
    bloodGlucoseMeters: Number(row?.blood_glucose_meter),
    revisions: Number(row?.revisions),
    retryCopies: Number(row?.retry_copies),
    namesInOthersRecords: Number(row?.names),
    accesses: Number(row?.accesses) + inQueries,
  };
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
