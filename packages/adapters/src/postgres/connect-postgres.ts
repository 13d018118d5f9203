import { parseVersion, type Store } from '@polaris-telemetry/domain';
import { createSystemClock } from '../system-clock.js';
import { accessLog } from './access/access-log.js';
import { accessQueries } from './access/access-queries.js';
import {
  allMeterQueries,
  bloodGlucoseMeterQueries,
  bloodGlucoseMeterRepository,
  bloodGlucoseMeterRevisions,
  bloodGlucoseMeterTable,
} from './blood-glucose-meter.repository.js';
import { openClient } from './connections/open-client.js';
import { READ_LIMITS, REQUEST_LIMITS } from './connections/session.js';
import type { DatabaseSettings } from './connections/settings.js';
import { tlsAttempts } from './connections/tls.js';
import { dataEraser } from './data-eraser.js';
import { databaseProbe } from './database-probe.js';
import { DEADLINES } from './deadlines.js';
import {
  desktopFleet,
  desktopInstallationQueries,
  desktopInstallationRepository,
  desktopInstallationRevisions,
  desktopInstallationTable,
  desktopReports,
} from './desktop-installation.repository.js';
import { recordExport } from './exports/record-export.js';
import { revisionExport } from './exports/revision-export.js';
import { productQueries } from './fleet/queries/fleet-reports.js';
import { ReportReads } from './fleet/queries/report-reads.js';
import {
  mobileFleet,
  mobileInstallationQueries,
  mobileInstallationRepository,
  mobileInstallationRevisions,
  mobileInstallationTable,
  mobileReports,
} from './mobile-installation.repository.js';
import { erasureQueries } from './person/erasure-queries.js';
import { personEraser } from './person/person-eraser.js';
import { personalDataQueries } from './person/personal-data.js';
import { GiveWay } from './reads/give-way.js';
import { PostgresReads, type ReadStatistics, type ReadsOptions } from './reads/postgres-reads.js';
import { type PoolStatistics, sumOfPools } from './reads/read-pool.js';
import type { Read } from './reads/reads.js';
import { ReplicaWatch } from './reads/replica-watch.js';
import { ConnectionPool, type ConnectionStatistics } from './statements/connection-pool.js';
import { type CallObserver, observedCall } from './statements/observed-call.js';
import { StatementRunner } from './statements/statement-runner.js';
import { WaitingRoom } from './statements/waiting-call.js';

export interface PostgresOptions {
  /**
   * Whether statements are prepared under their names. Absent: they are, except through a pooler. Setting it to true is
   * faster with PgBouncer from 1.21 and its `max_prepared_statements`.
   */
  readonly preparedStatements?: boolean | undefined;
  /** How many calls may wait for the database; any further call fails at once with UnavailableError. 2,000 when absent. */
  readonly mostWaiting?: number | undefined;
  /** Pipelined connections of each table, opened when needed; 2 when absent. */
  readonly pipelinedConnections?: number | undefined;
  /** Connections for statements that wait for another session's lock, opened when needed; 4 when absent. */
  readonly poolSize?: number | undefined;
  /** A streaming replica of the database, for reads across people; the primary answers them when absent. */
  readonly replica?: DatabaseSettings | undefined;
  /** Connections for lists and searches, to each server, opened when needed; 3 when absent. Reports have one more. */
  readonly readPoolSize?: number | undefined;
  /** How many such reads may wait for a connection; any further one fails at once with UnavailableError. 32 when absent. */
  readonly mostWaitingReads?: number | undefined;
  /**
   * Whether search and reports fail with OutdatedError, after a wait, if the state that they read is more than 5 s old and
   * nothing keeps it up to date. Absent: they answer as of long ago.
   */
  readonly boundsAge?: boolean | undefined;
  /** Called when the replica becomes usable, or has been too far behind or unreachable for a while. */
  readonly onReplicaChange?: ((isUsable: boolean) => void) | undefined;
  /**
   * Returns the signal of the caller for whom the present read runs, if there is one: a read across people ends with it, in
   * the database too, and throws its reason.
   */
  readonly callerSignal?: (() => AbortSignal | undefined) | undefined;
  /** Called for every call of a port. Costs nothing when absent. */
  readonly observe?: CallObserver | undefined;
  /** Called when a connection dies outside any query. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** How busy the database connections are. */
export interface PostgresStatistics {
  /** Calls that wait for an answer. */
  readonly waiting: number;
  /** The pipelined connections of all tables. */
  readonly pipelined: ConnectionStatistics;
  /** The blocking connections. */
  readonly pool: PoolStatistics;
  /** The connections for reads across people. */
  readonly reads: ReadStatistics;
}

/** The driven ports of the domain on a PostgreSQL database. */
export interface PostgresStore extends Store {
  stats(): PostgresStatistics;
  /** Waits for running statements, then ends every connection. Later calls fail with UnavailableError. */
  close(): Promise<void>;
}

/** How many reports a process reads at once: more would take the cores from writes, on the database's server too. */
const REPORTS_AT_ONCE = 1;

/** How many exports may run at once in a process: each has a connection of its own. */
export const EXPORTS_AT_ONCE = 2;

/** What most reads look at: the fleet's state, versions, and a table with its indexes. */
async function searchOnce(read: Read): Promise<void> {
  const { search } = mobileFleet({ run: (_name, work) => work(read) });
  const order = { by: 'since', direction: 'descending' } as const;
  const versions = { appVersion: { from: parseVersion('0') } };
  for (const filter of [{}, { versions }]) await search({ filter, order, limit: 1 });
}

/**
 * Returns the ports. Connects on first use only; while the database is down, every call waits for it.
 *
 * @throws Error if the configured root certificates are missing or unreadable
 */
export function connectPostgres(settings: DatabaseSettings, options: PostgresOptions = {}): PostgresStore {
  const {
    preparedStatements,
    mostWaiting = 2_000,
    pipelinedConnections: most = 2,
    poolSize = 4,
    callerSignal,
    observe,
    onError,
  } = options;
  const { replica, readPoolSize: size = 3, mostWaitingReads = 32, onReplicaChange } = options;
  // Reports missing root certificates now, rather than to every caller.
  tlsAttempts(settings);
  const open = (lost: (error: Error) => void) =>
    openClient(settings, { limits: REQUEST_LIMITS, pipeline: true, onError: lost });
  const openForReads = (server: DatabaseSettings) => (lost: (error: Error) => void) =>
    openClient(server, { limits: READ_LIMITS, onError: lost });
  const clock = createSystemClock();
  const primary = openForReads(settings);
  const openReplica = replica && openForReads(replica);
  const watch = openReplica && new ReplicaWatch(primary, openReplica, clock, onReplicaChange);
  const readsOn = (pool: Pick<ReadsOptions, 'size' | 'mostWaiting' | 'giveWay' | 'warmUp'>) =>
    new PostgresReads({
      primary,
      replica: openReplica && watch && { open: openReplica, watch },
      clock,
      deadlines: DEADLINES.reads,
      isBounded: options.boundsAge,
      ...pool,
      callerSignal,
      observe,
    });
  const reads = readsOn({ size, mostWaiting: mostWaitingReads, warmUp: searchOnce });
  const reporting = readsOn({ size: REPORTS_AT_ONCE, mostWaiting: mostWaitingReads, giveWay: new GiveWay() });
  const reports = new ReportReads({ reads: reporting, callerSignal });
  // An export reads for minutes: it must not take a connection from those who wait for a page.
  const exporting = readsOn({ size: EXPORTS_AT_ONCE, mostWaiting: EXPORTS_AT_ONCE, giveWay: new GiveWay() });
  const room = new WaitingRoom(mostWaiting);
  const pipelined: ConnectionPool[] = [];
  const blocking = pool(poolSize, false);

  function pool(limit: number, isPipelined: boolean): ConnectionPool {
    const openConnection = (lost: (error: Error) => void) =>
      open((error) => {
        lost(error);
        onError?.(error);
      });
    return new ConnectionPool({ open: openConnection, most: limit, pipelined: isPipelined, preparedStatements });
  }

  /** Each table has its own connections, so a locked table does not hold up the others. */
  function runnerOfOneTable(): StatementRunner {
    const own = pool(most, true);
    pipelined.push(own);
    return new StatementRunner(own, blocking, room, observe);
  }

  const probe = databaseProbe(open, () =>
    pipelined.map(({ trouble }) => trouble).find((trouble) => trouble !== undefined),
  );
  const eraser = dataEraser(blocking, room);
  const people = personEraser(openForReads(settings));
  const personalData = personalDataQueries(openForReads(settings), clock, callerSignal);

  return {
    patientInstallations: mobileInstallationRepository(runnerOfOneTable()),
    clinicianInstallations: desktopInstallationRepository(runnerOfOneTable()),
    meters: bloodGlucoseMeterRepository(runnerOfOneTable()),
    accessLog: accessLog(runnerOfOneTable()),
    personEraser: {
      erase: (request) => observedCall(observe, 'person.erase', () => people.erase(request)),
      count: (personId) => observedCall(observe, 'person.count', () => people.count(personId)),
    },
    queries: {
      accesses: accessQueries(reads),
      erasures: erasureQueries(reads),
      personalData: { open: (personId) => observedCall(observe, 'person.read', () => personalData.open(personId)) },
      patientInstallations: mobileInstallationQueries(reads),
      clinicianInstallations: desktopInstallationQueries(reads),
      meters: bloodGlucoseMeterQueries(reads),
      fleet: { patients: mobileFleet(reads), clinicians: desktopFleet(reads) },
      reports: {
        answers: reports,
        products: productQueries(reports),
        patients: mobileReports(reports),
        clinicians: desktopReports(reports),
      },
      allMeters: allMeterQueries(reads, reports),
      exports: {
        patientInstallations: recordExport(exporting, mobileInstallationTable.table),
        clinicianInstallations: recordExport(exporting, desktopInstallationTable.table),
        meters: recordExport(exporting, bloodGlucoseMeterTable.table),
        revisions: revisionExport(exporting, {
          patientInstallations: mobileInstallationTable,
          clinicianInstallations: desktopInstallationTable,
          meters: bloodGlucoseMeterTable,
        }),
      },
      revisions: {
        patientInstallations: mobileInstallationRevisions(reads),
        clinicianInstallations: desktopInstallationRevisions(reads),
        meters: bloodGlucoseMeterRevisions(reads),
      },
    },
    probe: { check: () => observedCall(observe, 'database.check', () => probe.check()) },
    eraser: { eraseAll: () => observedCall(observe, 'database.truncate', () => eraser.eraseAll()) },
    stats() {
      const { open: total, underWay, unsent } = blocking.statistics;
      return {
        waiting: room.waiting,
        pipelined: sum(pipelined.map(({ statistics }) => statistics)),
        pool: { total, idle: total - underWay, waiting: unsent },
        reads: { ...reads.stats(), pool: sumOfPools([reads.stats().pool, reporting.stats().pool]) },
      };
    },
    async close() {
      watch?.close();
      const pools = [...pipelined, blocking, probe, reads, reporting, exporting, people, personalData];
      await Promise.all(pools.map((each) => each.close()));
    },
  };
}

function sum(pools: readonly ConnectionStatistics[]): ConnectionStatistics {
  return {
    open: pools.reduce((total, { open }) => total + open, 0),
    underWay: pools.reduce((total, { underWay }) => total + underWay, 0),
    unsent: pools.reduce((total, { unsent }) => total + unsent, 0),
  };
}
