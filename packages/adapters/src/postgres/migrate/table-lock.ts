import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { isCollision, isLockTimeout, sqlState } from '../failures.js';

/**
 * How long an attempt waits for a table, and how long it may then hold it, in milliseconds. Others queue behind this wait,
 * so it is also the longest delay of their writes.
 */
const LONGEST_WAIT_MS = 400;

/** Why an attempt got no lock. */
export const IN_USE = 'other transactions use the table';

/** PostgreSQL's lock modes: they keep out other schema changes, writers, and everyone. */
export type LockMode = 'share update exclusive' | 'share row exclusive' | 'access exclusive';

/**
 * Tries once to lock a table, and runs statements in the same transaction.
 *
 * @returns whether it succeeded; false while others use the table
 * @throws the server's error if it refused for another reason
 */
export async function withTableLocked(
  client: pg.Client,
  table: string,
  mode: LockMode,
  statements: readonly string[],
): Promise<boolean> {
  try {
    const all = [
      'begin isolation level read committed read write',
      `set local lock_timeout = ${LONGEST_WAIT_MS}`,
      `set local statement_timeout = ${2 * LONGEST_WAIT_MS}`,
      `lock table ${table} in ${mode} mode`,
      ...statements,
      'commit',
    ];
    // In one query the lock waits for no answer of ours. Citus would send all of it to its nodes for each of its statements
    // (https://github.com/citusdata/citus/issues/6608).
    for (const query of isDistributed(client) ? all : [all.join(';\n')]) await client.query(query);
    return true;
  } catch (error) {
    if (sqlState(error) !== undefined) await client.query('rollback');
    if (isInUse(error)) return false;
    throw error;
  }
}

/** Lock timeout, statement timeout, deadlock. */
export function isInUse(error: unknown): boolean {
  return isLockTimeout(error) || sqlState(error) === '57014' || isCollision(error);
}
