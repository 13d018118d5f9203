import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type RecordRequest, RequestDurations } from './request-durations.js';
import { addUp, type Snapshot } from './sum-metrics.js';

/** A number that is read when the metrics are requested. */
export interface GaugeSource {
  /** Prometheus name, with its unit. */
  readonly name: string;
  /** One line for people. */
  readonly help: string;
  /** Name of the label that distinguishes several values; absent for a single value. */
  readonly label?: string;
  /** The value, or one value per value of the label. */
  readonly read: () => number | Iterable<readonly [label: string, value: number]>;
}

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

/** The progress of something built while the service serves. */
export interface BuildRatio {
  readonly what: 'index' | 'triggers';
  readonly name: string;
  /** 0 to 1. */
  readonly ratio: number;
}

/** How many worker processes there are. */
export interface WorkersState {
  readonly wanted: number;
  /** Those that accept connections. */
  readonly serving: number;
}

/** The metrics of the process. */
export interface Metrics {
  /** Content type of the result of `render`. */
  readonly contentType: string;
  /** All metrics in Prometheus' text format. */
  readonly render: () => Promise<string>;
  /** All metrics, for another process to add up. */
  readonly snapshot: () => Promise<Snapshot>;
  /** The same text with the metrics of other processes added. */
  readonly renderWith: (others: readonly Snapshot[]) => Promise<string>;
  /**
   * Returns the function that counts the requests of one method and route pattern in `http_request_duration_seconds`. Call
   * it once for each route and keep the result.
   */
  readonly requestRecorder: (method: string, route: string) => RecordRequest;
  readonly addGauge: (source: GaugeSource) => void;
  /**
   * `database_waiting_calls`, `database_pipelined_connections`, `database_pipelined_statements{state}`,
   * `database_pool_connections{state}`, `database_read_connections{state}`; with a replica `database_replica_usable`.
   */
  readonly watchDatabase: (read: () => DatabaseState) => void;
  /** `database_index_build_progress_ratio{index}`, 0 to 1, and `database_triggers_created{triggers}`, 0 or 1. */
  readonly watchBuilds: (read: () => Iterable<BuildRatio>) => void;
  /** `service_workers{state}`, in the parent of several. */
  readonly watchWorkers: (read: () => WorkersState) => void;
}

/** Returns the registry, with the metrics of the process and event loop (`nodejs_eventloop_lag_p99_seconds` and others). */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new RequestDurations(registry);

  function addGauge({ name, help, label, read }: GaugeSource): void {
    new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
      collect() {
        const value = read();
        if (typeof value === 'number') {
          this.set(value);
          return;
        }
        // Values no longer reported must not stay.
        this.reset();
        for (const [labelValue, labelled] of value) this.labels(labelValue).set(labelled);
      },
    });
  }

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
    renderWith: async (others) => addUp([...others, await registry.getMetricsAsJSON()]).metrics(),
    requestRecorder: (method, route) => durations.recorder(method, route),
    addGauge,
    watchDatabase(read) {
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
    },
    watchBuilds(read) {
      const ratiosOf = (wanted: BuildRatio['what']) => () =>
        [...read()].filter(({ what }) => what === wanted).map(({ name, ratio }) => [name, ratio] as const);
      addGauge({
        name: 'database_index_build_progress_ratio',
        help: 'How far the indexes are built, from 0 to 1.',
        label: 'index',
        read: ratiosOf('index'),
      });
      addGauge({
        name: 'database_triggers_created',
        help: 'Whether the triggers that keep revisions exist: 1, or 0 until they could be created.',
        label: 'triggers',
        read: ratiosOf('triggers'),
      });
    },
    watchWorkers(read) {
      addGauge({
        name: 'service_workers',
        help: 'Worker processes: how many there should be, and how many accept connections.',
        label: 'state',
        read: () => Object.entries(read()),
      });
    },
  };
}
