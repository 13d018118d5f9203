import { encodingFault } from '../../../database.js';
import { type Check, checkOf, failure, warning } from '../finding.js';

const OLDEST_TESTED = 150_000;
/** What one process opens at most. */
const CONNECTIONS_OF_A_PROCESS = 24;
/** PostgreSQL freezes at 200 million by itself, and stops at 2 billion. */
const OLD_TRANSACTIONS = 1_000_000_000;
const LONG_TRANSACTION = 300;
const SEE_ACTIVITY =
  'Find it in pg_stat_activity (order by xact_start), and end it with pg_terminate_backend if its owner agrees.';

export const DATABASE_CHECKS: readonly Check[] = [
  checkOf(
    'database version',
    'server',
    ({ version }) =>
      version < OLDEST_TESTED &&
      warning(
        `PostgreSQL ${Math.floor(version / 10_000)} is older than any that this service is tested on`,
        'Upgrade the server to PostgreSQL 15 or later.',
      ),
  ),
  checkOf('database encoding', 'server', ({ encoding }) => {
    const fault = encodingFault(encoding);
    return fault !== undefined && failure(fault, 'Make a database of encoding UTF8, move the data, set DATABASE_NAME.');
  }),
  checkOf('database is writable', 'server', ({ recovering, read_only }) => [
    recovering && failure('the server is a standby', 'Set DATABASE_HOST to the primary, or promote the standby.'),
    read_only &&
      failure(
        'database, role or server are read-only (default_transaction_read_only)',
        'Take it back: alter database … reset default_transaction_read_only, or alter role ….',
      ),
  ]),
  checkOf('database keeps what it acknowledges', 'server', ({ fsync, full_page_writes, synchronous_commit }) => [
    (!fsync || !full_page_writes) &&
      failure(
        'fsync or full_page_writes is off: a crash of the machine ruins the database',
        'Turn both on in postgresql.conf, and reload.',
      ),
    synchronous_commit === 'off' &&
      warning(
        'synchronous_commit is off: a crash loses records that were acknowledged',
        'Set synchronous_commit = on for database, role and server.',
      ),
  ]),
  checkOf('database cleans up', 'server', ({ autovacuum, transaction_age }) => [
    !autovacuum && warning('autovacuum is off: tables grow and become slow', 'Set autovacuum = on, and reload.'),
    transaction_age > OLD_TRANSACTIONS &&
      failure(
        `the oldest rows are ${transaction_age} transactions old: at 2,000,000,000 the server stops`,
        'End old transactions, prepared ones and replication slots, then run vacuum freeze.',
      ),
  ]),
  checkOf('database connections', 'server', ({ connections, max_connections }, { vitals }) => {
    const limit = vitals?.role?.connection_limit ?? -1;
    return [
      connections > 0.9 * max_connections &&
        warning(
          `${connections} of ${max_connections} connections are in use`,
          'Raise max_connections, put PgBouncer in front (docs/scaling.md), or find out who holds them.',
        ),
      limit >= 0 &&
        limit < CONNECTIONS_OF_A_PROCESS &&
        warning(
          `the role may have ${limit} connections, and one process opens up to ${CONNECTIONS_OF_A_PROCESS}`,
          'Raise it: alter role … connection limit ….',
        ),
    ];
  }),
  checkOf('pooler', 'server', ({ limits_statements }, { vitals }) => [
    vitals?.pooled === true &&
      !limits_statements &&
      warning(
        'behind the pooler the server never ends a statement, nor a wait for a lock: there is no session to set limits in',
        "Set both for the role: alter role … set statement_timeout = '4s', and set lock_timeout = '4s'; migrations need a role without.",
      ),
  ]),
  checkOf('database role', 'role', ({ superuser, lacking }, { config }) => [
    lacking.length > 0 &&
      failure(`the role lacks rights: ${lacking.join(', ')}`, 'Grant them, or make the role the owner of the tables.'),
    superuser &&
      config?.production === true &&
      warning(
        'the role is a superuser: an intruder into the service would own the server',
        'Make a role that owns the tables and nothing else, and set DATABASE_USER.',
      ),
  ]),
  checkOf('database transactions', 'activity', ({ longest_transaction, blocked, prepared_transactions }) => [
    (longest_transaction ?? 0) > LONG_TRANSACTION &&
      warning(
        `a transaction has been open for ${Math.round((longest_transaction ?? 0) / 60)} minutes: it holds up vacuum, indexes and triggers`,
        SEE_ACTIVITY,
      ),
    blocked > 0 &&
      warning(`${blocked} sessions have waited for a lock for more than 5 s`, `See pg_blocking_pids. ${SEE_ACTIVITY}`),
    prepared_transactions > 0 &&
      warning(
        `${prepared_transactions} prepared transactions are open; the service makes none`,
        'See pg_prepared_xacts: commit prepared or rollback prepared.',
      ),
  ]),
];
