import type { DatabaseProbe, ProbeResult } from '@polaris-telemetry/domain';
import type pg from 'pg';
import type { OpenClient } from './connections/open-client.js';
import { OwnConnection, SilentDatabaseError } from './connections/own-connection.js';
import { DEADLINES } from './deadlines.js';
import { FLEET_NOTE } from './distribute/distributed-tables.js';
import { failureReason } from './failure-reason.js';
import { encodingFault } from './migrate/encoding.js';
import { MigrationError } from './migrate/error.js';
import { type MigrationStatus, readStatus } from './migrate/status.js';
import { SERVED_TABLE_NAMES } from './tables.js';

const RIGHTS = ['select', 'insert', 'update'];

/** A probe with its own connection, out of reach of busy repositories. */
export interface ConnectedProbe extends DatabaseProbe {
  close(): Promise<void>;
}

/**
 * @param open opens the probe's connection and reports when it dies
 * @param recentTrouble what recently prevented the repositories' statements from running, if anything: a connection that is
 * open already says nothing about new ones, and a full disk shows only when something is written
 */
export function databaseProbe(
  open: (onError: () => void) => Promise<OpenClient>,
  recentTrouble: () => unknown,
): ConnectedProbe {
  const connection = new OwnConnection(open, DEADLINES.probe);
  let underWay: Promise<readonly ProbeResult[]> | undefined;

  async function check(): Promise<readonly ProbeResult[]> {
    try {
      // After a failover a new connection may reach the new primary, as the repositories' connections do.
      const leads = ({ access }: Answer) => access.recovering || access.read_only;
      const { access, status } = await connection.ask(questions, leads);
      const trouble = recentTrouble();
      return [
        connectivity(accessFault(access) ?? (trouble === undefined ? undefined : failureReason(trouble))),
        version(status, access),
      ];
    } catch (error) {
      return [
        connectivity(failureReason(error)),
        failed('database_version_test', 'not known: the database was not reached'),
      ];
    }
  }

  return {
    check() {
      // Concurrent callers share one answer.
      underWay ??= check().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
    close: () => connection.close(),
  };
}

/** What this role may do on this server. */
interface Access {
  readonly recovering: boolean;
  readonly read_only: boolean;
  /** For example `insert on mobile`. The other check reports missing tables. */
  readonly lacking: readonly string[];
  /** Whether the records are distributed now, which `isDistributed` knows of the time when the connection was opened. */
  readonly distributed: boolean;
}

interface Answer {
  readonly access: Access;
  readonly status: MigrationStatus | MigrationError;
}

async function questions(client: pg.Client): Promise<Answer> {
  const { rows } = await client.query<Access>(
    `select pg_is_in_recovery() as recovering, current_setting('transaction_read_only')::boolean as read_only,
       array(
         select wanted || ' on ' || name from unnest($1::text[]) as name cross join unnest($2::text[]) as wanted
         where not has_table_privilege(to_regclass(name), wanted)
       ) as lacking,
       to_regclass($3) is not null and to_regclass('pg_dist_partition') is not null as distributed`,
    [SERVED_TABLE_NAMES, RIGHTS, FLEET_NOTE],
  );
  const [access] = rows;
  if (access === undefined) throw new SilentDatabaseError(DEADLINES.probe);
  return { access, status: await readStatus(client).catch(orRefusal) };
}

function orRefusal(error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  throw error;
}

function accessFault({ recovering, read_only, lacking }: Access): string | undefined {
  if (recovering) return 'the server is a standby or recovers from a crash: nothing can be written';
  if (read_only) return 'the database is read-only: nothing can be written';
  return lacking.length > 0 ? `the role lacks rights: ${lacking.join(', ')}` : undefined;
}

function connectivity(fault: string | undefined): ProbeResult {
  const checker = 'database_connectivity_test';
  return fault === undefined
    ? { checker, passed: true, output: 'connected, and may read and write' }
    : failed(checker, fault);
}

function version(status: MigrationStatus | MigrationError, { distributed }: Access): ProbeResult {
  const checker = 'database_version_test';
  if (status instanceof MigrationError) return failed(checker, status.message);
  const { pending, ahead, builds, undistributed, encoding, alembicHeads, alembicExpected } = status;
  if (distributed && undistributed === undefined) {
    return failed(checker, 'the records have been distributed since this process connected: restart it');
  }
  if (undistributed !== undefined && undistributed.length > 0) {
    return failed(checker, `Citus distributes the records, but not together with them ${undistributed.join(', ')}`);
  }
  const wrongEncoding = encodingFault(encoding);
  if (wrongEncoding !== undefined) return failed(checker, wrongEncoding);
  if (alembicHeads !== undefined && alembicHeads.join() !== alembicExpected) {
    return failed(
      checker,
      `the original's schema is at ${alembicHeads.join(', ') || 'no revision'}, not at ${alembicExpected}`,
    );
  }
  if (pending.length > 0) return failed(checker, `the schema is behind, migrations are needed: ${pending.join(', ')}`);
  const later = ahead.length > 0 ? `; a later version has added ${ahead.join(', ')}` : '';
  // Missing indexes only make it slower; without triggers, changes leave no revision.
  const unready = builds
    .filter(({ state }) => state !== 'valid')
    .map(({ what, name, state }) => `${what} ${name} ${state}`);
  const lacking = unready.length > 0 ? `; to come: ${unready.join(', ')}` : '';
  return { checker, passed: true, output: `the schema is up to date${later}${lacking}` };
}

function failed(checker: ProbeResult['checker'], output: string): ProbeResult {
  return { checker, passed: false, output };
}
