import type pg from 'pg';
import { DEADLINES } from '../deadlines.js';
import { findDistribution } from './distribution.js';

/** Server-side limits of a session, in milliseconds; 0 is no limit. */
export interface SessionLimits {
  readonly lockTimeout: number;
  readonly statementTimeout: number;
  /**
   * Whether every statement is a look-up by index with a plan that does not depend on its values.
   *
   * - It is planned once (`force_generic_plan`). PostgreSQL would plan again for every execution, because it assumes ten
   *   elements for an unknown array and counts those of a known one; a change of one row then costs the server several
   *   times as much.
   * - It never scans a whole table; a plan made for a small table would keep scanning it as the table grows. If an index
   *   is missing PostgreSQL scans anyway, at a cost so high on paper that it would compile the plan each time: hence no
   *   JIT either.
   */
  readonly lookUpsOnly: boolean;
}

export const REQUEST_LIMITS: SessionLimits = {
  lockTimeout: DEADLINES.lock,
  statementTimeout: DEADLINES.record.statement,
  lookUpsOnly: true,
};

/** For statements outside a reading transaction, which has its own limits. */
export const READ_LIMITS: SessionLimits = { ...REQUEST_LIMITS, lookUpsOnly: false };

/** For the fold: it looks up noted people by index, and no caller waits for it. */
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

/** For migrations: an index takes as long as it takes, and so does waiting for other transactions. */
export const NO_LIMITS: SessionLimits = { lockTimeout: 0, statementTimeout: 0, lookUpsOnly: false };

/** What is at the other end of a connection. */
export interface Session {
  /** Whether a pooler stands in between: the process that answers is not the one that greeted. */
  readonly pooled: boolean;
  /** Whether Citus distributes the tables of records. */
  readonly distributed: boolean;
}

/**
 * Sets up a fresh connection and detects what is at its other end, in one round trip; in two if the server has Citus.
 *
 * Dates then arrive in ISO form and UTC, whatever the defaults of the server, database or role. PgBouncer carries these
 * two settings from server to server by itself. It does not carry the others, which would leak to strangers on the same
 * server connection, so they are set only on a direct connection. Startup parameters are no way out: PgBouncer refuses
 * clients that send parameters it does not know.
 */
export async function prepareSession(client: pg.ClientBase, limits: SessionLimits): Promise<Session> {
  const greeter = 'processID' in client ? client.processID : undefined;
  const { rows } = await client.query<{ direct: boolean; citus: boolean }>(
    `select pg_backend_pid() = $1::int as direct, to_regclass('pg_dist_partition') is not null as citus,
            set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false),
            case when pg_backend_pid() = $1::int then
              (select count(set_config(key, value, false)) from json_each_text($2::json)) end`,
    [greeter, JSON.stringify(directSettings(limits))],
  );
  const pooled = rows[0]?.direct !== true;
  const distributed = rows[0]?.citus === true && (await findDistribution(client));
  // Citus plans what runs on several nodes only with the parameters' values: https://github.com/citusdata/citus/pull/1134
  if (distributed && !pooled && limits.lookUpsOnly) await client.query('set plan_cache_mode = auto');
  return { pooled, distributed };
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
