import type pg from 'pg';
import { isCollision, sqlState } from '../failures.js';

/**
 * How long an attempt waits for a table, and how long it may then hold it, in milliseconds. Others queue behind whoever waits
 * for a table, so this is also what a write of theirs may be held up by.
 */
const LONGEST_WAIT_MS = 400;

/** Why an attempt did not come about. */
export const IN_USE = 'other transactions use the table';

/** Lock modes of PostgreSQL: keeps other schema changes out, keeps writers out, keeps everybody out. */
export type LockMode = 'share update exclusive' | 'share row exclusive' | 'access exclusive';

/**
 * Tries once to lock a table, and runs statements in the same transaction.
 *
 * @returns whether it came about; not when others use the table
 * @throws what the server refused for another reason
 */
export async function withTableLocked(
  client: pg.Client,
  table: string,
  mode: LockMode,
  statements: readonly string[],
): Promise<boolean> {
  try {
    await client.query(
      [
        'begin isolation level read committed read write',
        `set local lock_timeout = ${LONGEST_WAIT_MS}`,
        `set local statement_timeout = ${2 * LONGEST_WAIT_MS}`,
        `lock table ${table} in ${mode} mode`,
        ...statements,
        'commit',
      ].join(';\n'),
    );
    return true;
  } catch (error) {
    if (sqlState(error) !== undefined) await client.query('rollback');
    if (isInUse(error)) return false;
    throw error;
  }
}

/** Lock timeout, statement timeout, deadlock. */
function isInUse(error: unknown): boolean {
  const code = sqlState(error);
  return code === '55P03' || code === '57014' || isCollision(error);
}
