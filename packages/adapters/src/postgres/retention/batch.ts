import type pg from 'pg';
import { isCollision, isLockTimeout } from '../failures.js';

export type RetentionTable = 'mobile' | 'desktop' | 'blood_glucose_meter';

/** How many rows one batch reads. */
export const BATCH = 1_000;
/** How long to wait for a lock, in milliseconds, before trying again. */
const LOCK_WAIT = 1_000;
const MOST_ATTEMPTS = 60;

/** What a walk through one table deletes. */
export interface Walked {
  readonly table: RetentionTable;
  /** How old it has to be. */
  readonly days: number;
  /** Whether to count only, and delete nothing. */
  readonly dryRun: boolean;
}

/** Where a batch ended, and how much it found. */
export interface Step {
  readonly looked: number;
  readonly gone: number;
  readonly place: readonly [uuid: string, number: number];
}

/** Deletes the next batch after a place; returns undefined if nothing is left. */
export type ReadBatch = (after: Step['place'] | undefined) => Promise<Step | undefined>;

/** Runs a short transaction; after a lock timeout or a deadlock it rolls back and retries. */
export async function inTransaction<Result>(client: pg.ClientBase, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(`begin; set local lock_timeout = ${LOCK_WAIT}; set local statement_timeout = 60000`);
      const result = await work();
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      const mayPass = isLockTimeout(error) || isCollision(error);
      if (!mayPass || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** Runs a transaction for each owner, because a row lock of Citus reaches one node only. Returns the sum of the answers. */
export async function forEachOwner(
  client: pg.ClientBase,
  owners: readonly string[],
  work: (owner: string) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (const owner of owners) sum += await inTransaction(client, () => work(owner));
  return sum;
}
