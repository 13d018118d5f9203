import { FLEET_NOTE } from '../distribute/distributed-tables.js';
import { INCARNATION } from '../person/incarnations.js';
import { ACCOUNTABILITY_TABLE_NAMES, ERASED_TABLE_NAMES } from '../tables.js';

// Each asks for one row. None reads a text that a person wrote, or the id of a person.
//
// Some describe a server. Where Citus distributes the records, each of its nodes answers them, and `worst` joins two answers.

/** Joins the answers of two servers: what is wrong with one of them is wrong. */
export type Worst<Row> = (one: Row, other: Row) => Row;

/** The server and what it is set to. */
export interface ServerVitals {
  readonly version: number;
  readonly encoding: string;
  readonly recovering: boolean;
  readonly read_only: boolean;
  readonly fsync: boolean;
  readonly full_page_writes: boolean;
  readonly synchronous_commit: string;
  readonly autovacuum: boolean;
  readonly max_connections: number;
  readonly connections: number;
  /** How many transactions ago the oldest row was frozen: at 2 billion the server stops. */
  readonly transaction_age: number;
  /** Whether statements and waits for a lock end by themselves in sessions that ask for nothing. */
  readonly limits_statements: boolean;
}

export const SERVER = `
  select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
    pg_is_in_recovery() as recovering, current_setting('default_transaction_read_only')::boolean as read_only,
    current_setting('fsync')::boolean as fsync, current_setting('full_page_writes')::boolean as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit, current_setting('autovacuum')::boolean as autovacuum,
    current_setting('max_connections')::int as max_connections,
    (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
    (select age(datfrozenxid)::int from pg_database where datname = current_database()) as transaction_age,
    (select bool_and(reset_val <> '0') from pg_settings where name in ('statement_timeout', 'lock_timeout')) as limits_statements`;

export const worstServer: Worst<ServerVitals> = (one, other) => ({
  version: Math.min(one.version, other.version),
  encoding: one.encoding === 'UTF8' ? other.encoding : one.encoding,
  recovering: one.recovering || other.recovering,
  read_only: one.read_only || other.read_only,
  fsync: one.fsync && other.fsync,
  full_page_writes: one.full_page_writes && other.full_page_writes,
  synchronous_commit: one.synchronous_commit === 'off' ? 'off' : other.synchronous_commit,
  autovacuum: one.autovacuum && other.autovacuum,
  ...(one.connections / one.max_connections < other.connections / other.max_connections
    ? { max_connections: other.max_connections, connections: other.connections }
    : { max_connections: one.max_connections, connections: one.connections }),
  transaction_age: Math.max(one.transaction_age, other.transaction_age),
  // Sessions are with the first, the coordinator.
  limits_statements: one.limits_statements,
});

/** The role that the service logs in as. */
export interface RoleVitals {
  readonly superuser: boolean;
  /** -1: no limit. */
  readonly connection_limit: number;
  /** For example `insert on mobile`; missing tables are no lack. */
  readonly lacking: readonly string[];
}

const OURS = [
  ...ERASED_TABLE_NAMES,
  ...ACCOUNTABILITY_TABLE_NAMES,
  ...['fleet_queue', 'fleet_build', 'fleet_state', FLEET_NOTE],
];

export const ROLE = `
  select rolsuper as superuser, rolconnlimit as connection_limit,
    array(select wanted || ' on ' || name
            from unnest('{${OURS.join()}}'::text[]) as name cross join unnest('{select,insert,update,delete}'::text[]) as wanted
           where not has_table_privilege(to_regclass(name), wanted)) as lacking
    from pg_roles where rolname = current_user`;

/** What goes on in the database beside the service. */
export interface ActivityVitals {
  /** Of other sessions, in seconds; null where none is open, or this role may not see them. */
  readonly longest_transaction: number | null;
  /** Sessions that have waited for a lock for more than 5 s. */
  readonly blocked: number;
  /** Not those that Citus prepares for a moment to commit on several nodes, and ends itself after a crash. */
  readonly prepared_transactions: number;
}

export const ACTIVITY = `
  select extract(epoch from clock_timestamp() - min(xact_start))::float8 as longest_transaction,
    (count(*) filter (where wait_event_type = 'Lock' and query_start < clock_timestamp() - interval '5 s'))::int as blocked,
    (select count(*)::int from pg_prepared_xacts
      where database = current_database() and (gid not like 'citus\\_%' or prepared < clock_timestamp() - interval '5 minutes')
    ) as prepared_transactions
    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;

export const worstActivity: Worst<ActivityVitals> = (one, other) => ({
  longest_transaction: Math.max(one.longest_transaction ?? 0, other.longest_transaction ?? 0),
  blocked: one.blocked + other.blocked,
  prepared_transactions: one.prepared_transactions + other.prepared_transactions,
});

/** What may fill the server's disk. */
export interface LogVitals {
  readonly inactive_slots: number;
  readonly archiving_fails: boolean;
}

export const LOG = `
  select (select count(*)::int from pg_replication_slots where not active) as inactive_slots,
    (select coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) from pg_stat_archiver) as archiving_fails`;

export const worstLog: Worst<LogVitals> = (one, other) => ({
  inactive_slots: one.inactive_slots + other.inactive_slots,
  archiving_fails: one.archiving_fails || other.archiving_fails,
});

/** How far the state is that search and reports read. */
export interface FleetVitals {
  /** In seconds; null before it has been built once. */
  readonly age: number | null;
  readonly building: boolean;
  /** Notes of changes that wait; counted up to 10,001. */
  readonly waiting: number;
  /** People who have too much to be read. */
  readonly parked: number;
}

export const FLEET = `
  select (select extract(epoch from (clock_timestamp() at time zone 'UTC') - nullif(as_of, '-infinity'))::float8 from fleet_state) as age,
    exists (select from fleet_build where walking) as building,
    (select count(*)::int from (select from fleet_queue limit 10001) as noted) as waiting,
    (select count(*)::int from fleet_person where kind like '% parked') as parked`;

/** Notes that the fold has not yet moved to the queue; only on a distributed database. */
export const NOTES = `select count(*)::int as waiting from (select owner from ${FLEET_NOTE} limit 10001) as noted`;

/** Receipts of erasures, and the access log. */
export interface AccountVitals {
  readonly keys: number;
  /** Whether this database, as it is since it was restored or a standby took over, has all receipts. */
  readonly replayed: boolean;
  /** Days since the oldest access; null without one. */
  readonly oldest_access: number | null;
}

export const ACCOUNT = `
  select (select count(*)::int from erasure_key) as keys,
    exists (select from erasure_replay where incarnation = ${INCARNATION}) as replayed,
    (select extract(epoch from (clock_timestamp() at time zone 'UTC') - min(at))::float8 / 86400 from access) as oldest_access`;
