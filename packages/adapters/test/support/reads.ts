import { sql } from 'kysely';
import { onTestFinished } from 'vitest';
import { openClient } from '../../src/postgres/connections/open-client.js';
import { READ_LIMITS } from '../../src/postgres/connections/session.js';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { DEADLINES } from '../../src/postgres/deadlines.js';
import { PostgresReads, type ReadsOptions } from '../../src/postgres/reads/postgres-reads.js';
import type { Read } from '../../src/postgres/reads/reads.js';
import { ReplicaWatch } from '../../src/postgres/reads/replica-watch.js';
import { createSystemClock } from '../../src/system-clock.js';
import { runSql } from './sql.js';

/** The readers' connections to a database, closed after the test. */
export function readsOf(
  primary: DatabaseSettings,
  {
    replica,
    onReplicaChange,
    ...options
  }: Partial<Omit<ReadsOptions, 'primary' | 'replica'>> & {
    readonly replica?: DatabaseSettings;
    readonly onReplicaChange?: (isUsable: boolean) => void;
  } = {},
): PostgresReads {
  const open = (settings: DatabaseSettings) => (onError: (error: Error) => void) =>
    openClient(settings, { limits: READ_LIMITS, onError });
  const clock = createSystemClock();
  const watch = replica && new ReplicaWatch(open(primary), open(replica), clock, onReplicaChange);
  const reads = new PostgresReads({
    clock,
    deadlines: DEADLINES.reads,
    size: 2,
    mostWaiting: 2,
    ...options,
    primary: open(primary),
    replica: replica && watch && { open: open(replica), watch },
  });
  onTestFinished(async () => {
    watch?.close();
    await reads.close();
  });
  return reads;
}

/** Reads where it is, how many rows the table `mark` has, and as of when, in milliseconds since 1970. */
export async function lookAtMarks({ db, asOf }: Read): Promise<{ replica: boolean; marks: number; at: number }> {
  const { rows } = await sql<{ replica: boolean; marks: string }>`
    select pg_is_in_recovery() as replica, count(*) as marks from mark`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return { replica: row.replica, marks: Number(row.marks), at: asOf.epochSeconds * 1000 + asOf.microsecond / 1000 };
}

/** Returns how many statements sleep in a database, asked on a connection that no pooler shares. */
export async function countSleepers(direct: DatabaseSettings, database: string): Promise<number> {
  const [row] = await runSql(
    direct,
    `select count(*) as n from pg_stat_activity
      where datname = '${database}' and state = 'active' and query like '%pg_sleep%'`,
  );
  return Number(row?.['n']);
}
