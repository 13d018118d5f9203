import type { Metrics } from './create-metrics.js';

/** How busy the database connections are. */
export interface DatabaseState {
  /** Calls that wait for an answer, in whatever state. */
  readonly waiting: number;
  /** The pipelined connections, which carry nearly everything. */
  readonly pipelined: PipelinedState;
  /** The blocking connections, for what is rare or may wait. */
  readonly pool: PoolState;
  readonly reads: {
    /** The connections for reads across people. */
    readonly pool: PoolState;
    /** Whether the replica is close enough to the primary to be used; undefined without one. */
    readonly replicaUsable: boolean | undefined;
  };
}

/** Connections that each have several statements in flight. */
export interface PipelinedState {
  readonly open: number;
  /** Statements that were sent and have no answer yet. */
  readonly underWay: number;
  /** Statements that wait for a connection. */
  readonly unsent: number;
}

/** Connections of a pool to the database. */
export interface PoolState {
  readonly total: number;
  readonly idle: number;
  /** Callers waiting for a connection. */
  readonly waiting: number;
}

/**
 * Adds `database_waiting_calls`, `database_pipelined_connections`, `database_pipelined_statements{state}`,
 * `database_pool_connections{state}`, `database_read_connections{state}`; with a replica `database_replica_usable`.
 */
export function watchDatabase({ addGauge }: Pick<Metrics, 'addGauge'>, read: () => DatabaseState): void {
  addGauge({
    name: 'database_waiting_calls',
    help: 'Calls that wait for an answer from the database.',
    read: () => read().waiting,
  });
  addGauge({
    name: 'database_pipelined_connections',
    help: 'Open connections that each have several statements in flight.',
    read: () => read().pipelined.open,
  });
  addGauge({
    name: 'database_pipelined_statements',
    help: 'Statements sent but not yet answered, and statements waiting for a connection.',
    label: 'state',
    read() {
      const { underWay, unsent } = read().pipelined;
      return [
        ['under_way', underWay],
        ['unsent', unsent],
      ];
    },
  });
  addGauge({
    name: 'database_pool_connections',
    help: 'Connections for what is rare or may wait: open, idle, and callers waiting for one.',
    label: 'state',
    read: () => Object.entries(read().pool),
  });
  addGauge({
    name: 'database_read_connections',
    help: 'Connections for lists, searches and reports: open, idle, and callers waiting for one.',
    label: 'state',
    read: () => Object.entries(read().reads.pool),
  });
  if (read().reads.replicaUsable === undefined) return;
  addGauge({
    name: 'database_replica_usable',
    help: 'Whether the replica answers lists, searches and reports: 1, or 0 while it is away or too far behind.',
    read: () => Number(read().reads.replicaUsable),
  });
}
