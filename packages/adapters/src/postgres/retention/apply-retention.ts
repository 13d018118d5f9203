import { openClient } from '../connections/open-client.js';
import { NO_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { BATCH, type ReadBatch, type RetentionTable, type Step } from './batch.js';
import { recordBatch } from './record-batch.js';
import { revisionBatch } from './revision-batch.js';

/** What to delete. */
export interface RetentionRequest {
  /** Deletes records last modified at least this many days ago; absent: none. */
  readonly recordsOlderThan?: number | undefined;
  /** Deletes states overwritten at least this many days ago; absent: only those of deleted records. */
  readonly revisionsOlderThan?: number | undefined;
  /** The tables of the records. */
  readonly tables: readonly RetentionTable[];
  /** Whether to count only, and delete nothing. */
  readonly dryRun: boolean;
}

/** How far a walk through a table has come. */
export interface RetentionProgress {
  readonly table: RetentionTable;
  readonly what: 'records' | 'revisions';
  readonly looked: number;
  readonly gone: number;
  /** The last id read. */
  readonly place: string;
  readonly isLast: boolean;
}

/**
 * Deletes what is past its retention, batch by batch in the order of the ids. Each batch is a short transaction, so writers
 * wait for milliseconds, and an interrupted run can simply be started again. An installation that its owner runs now
 * stays, however old it is. Triggers delete a record's revisions with it.
 *
 * @param onBatch called after each batch
 */
export async function applyRetention(
  settings: DatabaseSettings,
  { recordsOlderThan, revisionsOlderThan, tables, dryRun }: RetentionRequest,
  onBatch: (progress: RetentionProgress) => void,
): Promise<void> {
  const { client } = await openClient(settings, { limits: NO_LIMITS });
  try {
    for (const table of tables) {
      const report = (what: RetentionProgress['what']) => (batch: Batch) => onBatch({ table, what, ...batch });
      if (recordsOlderThan !== undefined) {
        await walk(recordBatch(client, { table, days: recordsOlderThan, dryRun }), report('records'));
      }
      if (revisionsOlderThan !== undefined) {
        await walk(revisionBatch(client, { table, days: revisionsOlderThan, dryRun }), report('revisions'));
      }
    }
  } finally {
    await client.end();
  }
}

type Batch = Pick<RetentionProgress, 'looked' | 'gone' | 'place' | 'isLast'>;

async function walk(readBatch: ReadBatch, report: (batch: Batch) => void): Promise<void> {
  let [looked, gone] = [0, 0];
  let after: Step['place'] | undefined;
  for (let isLast = false; !isLast; ) {
    const made = await readBatch(after);
    looked += made?.looked ?? 0;
    gone += made?.gone ?? 0;
    after = made?.place ?? after;
    isLast = made === undefined || made.looked < BATCH;
    report({ looked, gone, place: after?.[0] ?? '', isLast });
  }
}
