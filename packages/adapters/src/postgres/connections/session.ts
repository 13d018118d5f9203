import type pg from 'pg';
import { DEADLINES } from '../deadlines.js';

/** Server-side limits of a session, in milliseconds; 0 is no limit. */
export interface SessionLimits {
  readonly lockTimeout: number;
  readonly statementTimeout: number;
  /**
   * Whether every statement is a look-up by index, whose plan does not depend on its values.
   *
   * - It is planned once (`force_generic_plan`). PostgreSQL would plan anew for every execution, because it takes an array
   *   that it does not know for ten elements and one that it knows for what it has; a change of one row then costs the
   *   server several times as much.
   * - It reads no table whole, as a plan that was made while the table was small would go on doing while the table
   *   grows. Where an index is missing that happens all the same, at a cost that looks so high that the plan would be
   *   compiled first each time: hence no JIT either.
   */
  readonly lookUpsOnly: boolean;
}

export const REQUEST_LIMITS: SessionLimits = {
  lockTimeout: DEADLINES.lock,
  statementTimeout: DEADLINES.record.statement,
  lookUpsOnly: true,
};

/** For what is asked outside a reading transaction; that has limits of its own. */
export const READ_LIMITS: SessionLimits = { ...REQUEST_LIMITS, lookUpsOnly: false };

/** For the fold: it looks up by index whoever was noted, and nobody waits for it. */
export const FOLD_LIMITS: SessionLimits = {
  lockTimeout: DEADLINES.lock,
  statementTimeout: DEADLINES.foldStatement,
  lookUpsOnly: true,
};

/** PostgreSQL's settings for look-ups only. */
const FOR_LOOK_UPS: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
};

/** For migrations: an index takes as long as it takes, and so does the wait for other people's transactions. */
export const NO_LIMITS: SessionLimits = { lockTimeout: 0, statementTimeout: 0, lookUpsOnly: false };

/**
 * Sets a fresh connection up and tells what is at its other end, in one round trip.
 *
 * Whatever the server, database or role have as defaults, dates are then written in ISO form and UTC. A pooler such as
 * PgBouncer follows these two settings from server to server by itself. The others it would not: there they would leak
 * to strangers who get the same server connection, so they are set only on a direct connection. Startup parameters
 * would do neither: PgBouncer refuses a client that sends those it does not know.
 *
 * @returns whether a pooler stands in between: then the process that answers is not the one that greeted
 */
export async function prepareSession(
  client: pg.ClientBase,
  limits: SessionLimits,
): Promise<{ readonly pooled: boolean }> {
  const greeter = 'processID' in client ? client.processID : undefined;
  const { rows } = await client.query<{ direct: boolean }>(
    `select pg_backend_pid() = $1::int as direct,
            set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false),
            case when pg_backend_pid() = $1::int then
              (select count(set_config(key, value, false)) from json_each_text($2::json)) end`,
    [greeter, JSON.stringify(directSettings(limits))],
  );
  return { pooled: rows[0]?.direct !== true };
}

function directSettings({ lockTimeout, statementTimeout, lookUpsOnly }: SessionLimits): Record<string, string> {
  return {
    extra_float_digits: '1',
    lock_timeout: String(lockTimeout),
    statement_timeout: String(statementTimeout),
    idle_in_transaction_session_timeout: '10s',
    ...(lookUpsOnly ? FOR_LOOK_UPS : {}),
  };
}
