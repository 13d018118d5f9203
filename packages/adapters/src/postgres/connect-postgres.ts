import type { Store } from '@polaris-telemetry/domain';
import { createSystemClock } from '../system-clock.js';
import { accessLog } from './access/access-log.js';
import { connectReaders, openerForReads, type ReaderOptions } from './connect-readers.js';
import { openClient } from './connections/open-client.js';
import { REQUEST_LIMITS } from './connections/session.js';
import type { DatabaseSettings } from './connections/settings.js';
import { tlsAttempts } from './connections/tls.js';
import { dataEraser } from './data-eraser.js';
import { databaseProbe } from './database-probe.js';
import { bloodGlucoseMeters } from './mappings/blood-glucose-meters.js';
import { desktopInstallations } from './mappings/desktop-installations.js';
import { mobileInstallations } from './mappings/mobile-installations.js';
import { personEraser } from './person/person-eraser.js';
import { personalDataQueries } from './person/personal-data.js';
import type { ReadStatistics } from './reads/postgres-reads.js';
import type { PoolStatistics } from './reads/read-pool.js';
import { installationRepository } from './records/installation-repository.js';
import { records } from './records/records.js';
import { ConnectionPool, type ConnectionStatistics } from './statements/connection-pool.js';
import { observedCall } from './statements/observed-call.js';
import { StatementRunner } from './statements/statement-runner.js';
import { WaitingRoom } from './statements/waiting-call.js';
import { storeQueries } from './store-queries.js';

export interface PostgresOptions extends ReaderOptions {
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
  // Reports missing root certificates now, rather than to every caller.
  tlsAttempts(settings);
  const open = (lost: (error: Error) => void) =>
    openClient(settings, { limits: REQUEST_LIMITS, pipeline: true, onError: lost });
  const clock = createSystemClock();
  const readers = connectReaders(settings, clock, options);
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
  const people = personEraser(openerForReads(settings));
  const personalData = personalDataQueries(openerForReads(settings), clock, callerSignal);

  return {
    patientInstallations: installationRepository(runnerOfOneTable(), mobileInstallations),
    clinicianInstallations: installationRepository(runnerOfOneTable(), desktopInstallations),
    meters: records(runnerOfOneTable(), bloodGlucoseMeters),
    accessLog: accessLog(runnerOfOneTable()),
    personEraser: {
      erase: (request) => observedCall(observe, 'person.erase', () => people.erase(request)),
      count: (personId) => observedCall(observe, 'person.count', () => people.count(personId)),
    },
    queries: {
      ...storeQueries(readers),
      personalData: { open: (personId) => observedCall(observe, 'person.read', () => personalData.open(personId)) },
    },
    probe: { check: () => observedCall(observe, 'database.check', () => probe.check()) },
    eraser: { eraseAll: () => observedCall(observe, 'database.truncate', () => eraser.eraseAll()) },
    stats() {
      const { open: total, underWay, unsent } = blocking.statistics;
      return {
        waiting: room.waiting,
        pipelined: sum(pipelined.map(({ statistics }) => statistics)),
        pool: { total, idle: total - underWay, waiting: unsent },
        reads: readers.stats(),
      };
    },
    async close() {
      const all = [...pipelined, blocking, probe, readers, people, personalData];
      await Promise.all(all.map((each) => each.close()));
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
