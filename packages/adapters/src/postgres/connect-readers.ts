import { type Clock, parseVersion } from '@polaris-telemetry/domain';
import { openClient } from './connections/open-client.js';
import { READ_LIMITS } from './connections/session.js';
import type { DatabaseSettings } from './connections/settings.js';
import { DEADLINES } from './deadlines.js';
import { fleetQueries } from './fleet/queries/fleet-search.js';
import { ReportReads } from './fleet/queries/report-reads.js';
import { mobileInstallations } from './mappings/mobile-installations.js';
import { GiveWay } from './reads/give-way.js';
import { PostgresReads, type ReadStatistics, type ReadsOptions } from './reads/postgres-reads.js';
import type { OpenConnection } from './reads/read-connection.js';
import { sumOfPools } from './reads/read-pool.js';
import type { Read, Reads } from './reads/reads.js';
import { ReplicaWatch } from './reads/replica-watch.js';
import type { CallObserver } from './statements/observed-call.js';

export interface ReaderOptions {
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
}

/** Those who read across people, each kind on connections of its own. */
export interface Readers {
  /** For lists and searches. */
  readonly reads: Reads;
  readonly reports: ReportReads;
  readonly exporting: Reads;
  stats(): ReadStatistics;
  close(): Promise<void>;
}

/** How many reports a process reads at once: more would take the cores from writes, on the database's server too. */
const REPORTS_AT_ONCE = 1;

/** How many exports may run at once in a process: each has a connection of its own. */
export const EXPORTS_AT_ONCE = 2;

/** What most reads look at: the fleet's state, versions, and a table with its indexes. */
async function searchOnce(read: Read): Promise<void> {
  const { search } = fleetQueries({ run: (_name, work) => work(read) }, mobileInstallations);
  const order = { by: 'since', direction: 'descending' } as const;
  const versions = { appVersion: { from: parseVersion('0') } };
  for (const filter of [{}, { versions }]) await search({ filter, order, limit: 1 });
}

/** Returns a function that opens connections for readers to a server. */
export function openerForReads(server: DatabaseSettings): OpenConnection {
  return (lost) => openClient(server, { limits: READ_LIMITS, onError: lost });
}

export function connectReaders(settings: DatabaseSettings, clock: Clock, options: ReaderOptions): Readers {
  const { replica, readPoolSize: size = 3, mostWaitingReads: mostWaiting = 32, callerSignal, observe } = options;
  const primary = openerForReads(settings);
  const openReplica = replica && openerForReads(replica);
  const watch = openReplica && new ReplicaWatch(primary, openReplica, clock, options.onReplicaChange);
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
  const reads = readsOn({ size, mostWaiting, warmUp: searchOnce });
  const reporting = readsOn({ size: REPORTS_AT_ONCE, mostWaiting, giveWay: new GiveWay() });
  // An export reads for minutes: it must not take a connection from those who wait for a page.
  const exporting = readsOn({ size: EXPORTS_AT_ONCE, mostWaiting: EXPORTS_AT_ONCE, giveWay: new GiveWay() });
  return {
    reads,
    reports: new ReportReads({ reads: reporting, callerSignal }),
    exporting,
    stats: () => ({ ...reads.stats(), pool: sumOfPools([reads.stats().pool, reporting.stats().pool]) }),
    async close() {
      watch?.close();
      await Promise.all([reads, reporting, exporting].map((each) => each.close()));
    },
  };
}
