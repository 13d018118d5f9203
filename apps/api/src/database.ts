import {
  applyRetention,
  buildWhileServing,
  checkFleet,
  connectPostgres,
  type DatabaseSettings,
  distribute,
  examineReplica,
  type FleetCheck,
  type FoldOptions,
  type FoldStep,
  type MigrateDownOptions,
  type MigrationOptions,
  type MigrationStatus,
  migrateDown,
  migrateUp,
  migrationStatus,
  type Replay,
  type ReplayProgress,
  type ReplicaTrouble,
  type RetentionProgress,
  type RetentionRequest,
  readKeptErasures,
  readMaxConnections,
  readVitals,
  repairFleet,
  replayErasures,
  runFold,
  type Vitals,
} from '@polaris-telemetry/adapters';
import type { AccessLog, ExportQueries, KeptErasures } from '@polaris-telemetry/domain';
import type { DatabaseConfig, EmbeddedDatabaseConfig } from './config/config.js';

export {
  type Built,
  encodingFault,
  type FleetBuild,
  type FleetCheck,
  type FleetState,
  type FoldStep,
  failureReason,
  foreseenFailure,
  type MigrationOptions,
  type MigrationProgress,
  type MigrationStatus,
  type PeopleCheck,
  type ReplayProgress,
  type ReplicaTrouble,
  type RetentionProgress,
  type RetentionRequest,
  type Vitals,
} from '@polaris-telemetry/adapters';

/** A database that the service works on. */
export interface OpenDatabase {
  readonly settings: DatabaseSettings;
  /** A streaming replica, when there is one. */
  readonly replica?: DatabaseSettings | undefined;
  readonly schema: Schema;
  /** Asks the database about itself. */
  readonly vitals: () => Promise<Vitals>;
  /** Compares the replica with its primary; undefined without a replica, or where nothing is wrong. */
  readonly replicaTrouble: () => Promise<ReplicaTrouble | undefined>;
  /** Keeps the fleet's state up to date until the signal ends it. */
  readonly fold: (options: FoldOptions) => Promise<void>;
  /** Compares the fleet's state with the records. */
  readonly checkFleet: () => Promise<FleetCheck>;
  /** Deletes what is past its retention. */
  readonly applyRetention: (request: RetentionRequest, onBatch: (progress: RetentionProgress) => void) => Promise<void>;
  readonly erasures: {
    /** Reads the receipts, to keep them outside the database. */
    readonly list: () => Promise<KeptErasures>;
    /** Repeats the erasures of people whom a restored backup brought back. */
    readonly replay: (kept: KeptErasures, onProgress: (progress: ReplayProgress) => void) => Promise<Replay>;
  };
  /** Rebuilds the fleet's state. */
  readonly repairFleet: (onStep: (step: FoldStep) => void) => Promise<void>;
  /** Returns the server's `max_connections`. */
  readonly maxConnections: () => Promise<number>;
  /** The folder of the data, if the database is embedded. */
  readonly dataFolder?: string;
  /** Publishes the service's port, if the database is embedded: commands that run beside it look there. */
  readonly announce?: (port: number) => Promise<void>;
  /** Settles once it has ended, if the database is embedded. */
  readonly ended?: Promise<void>;
  readonly close: () => Promise<void>;
}

/** The tables and indexes of a database, as this version of the service expects them. */
export interface Schema {
  readonly up: (options?: MigrationOptions) => Promise<void>;
  /** Builds what takes long on a large table or needs a lock on it: indexes and triggers. */
  readonly buildWhileServing: (options?: MigrationOptions) => Promise<void>;
  readonly down: (options?: MigrateDownOptions) => Promise<void>;
  /** Hands the records over to Citus; returns whether it was done now. */
  readonly distribute: (options?: MigrationOptions) => Promise<boolean>;
  readonly status: () => Promise<MigrationStatus>;
}

/**
 * Returns the database of a configuration: a server, not contacted yet, or an embedded one, which is started.
 *
 * @param onNotice receives notices for a person, one line each
 */
export async function openDatabase(config: DatabaseConfig, onNotice: (message: string) => void): Promise<OpenDatabase> {
  if (config.kind === 'server') {
    const { migration, replica } = config;
    return {
      ...operationsOn(
        config,
        { ...config, ...migration },
        replica && { ...config, alternatives: undefined, ...replica },
      ),
      close: async () => {},
    };
  }
  // Loaded on demand: its binaries are optional, and the production image has none.
  const { startEmbedded } = await import('@polaris-telemetry/adapters/embedded');
  const embedded = await startEmbedded({ dataFolder: config.dataFolder, onNotice });
  const { settings, dataFolder, ended, announce } = embedded;
  return { ...operationsOn(settings), dataFolder, ended, announce, close: () => embedded.stop() };
}

/** The same for a command: if a running service has started the embedded database, the command uses it and leaves it running. */
export async function openDatabaseBeside(
  config: DatabaseConfig,
  onNotice: (message: string) => void,
): Promise<OpenDatabase> {
  const running = config.kind === 'embedded' ? await findEmbedded(config, onNotice) : undefined;
  return running ?? openDatabase(config, onNotice);
}

/** Returns the database that is there without starting one: a server, or the embedded one of a running service. */
export async function findDatabase(config: DatabaseConfig): Promise<OpenDatabase | undefined> {
  return config.kind === 'embedded' ? findEmbedded(config, () => {}) : openDatabase(config, () => {});
}

async function findEmbedded(
  { dataFolder: folder }: EmbeddedDatabaseConfig,
  onNotice: (message: string) => void,
): Promise<OpenDatabase | undefined> {
  const { findRunning } = await import('@polaris-telemetry/adapters/embedded');
  const running = await findRunning(folder);
  if (running === undefined) return undefined;
  const { settings, dataFolder, owner } = running;
  onNotice(`The service that is process ${owner.pid} is running: this is its database.`);
  return { ...operationsOn(settings), dataFolder, close: async () => {} };
}

/** Connects to a database for exports alone; the caller ends the connections. */
export function openExports({ settings, replica }: OpenDatabase): {
  readonly exports: ExportQueries;
  readonly close: () => Promise<void>;
} {
  const store = connectPostgres(settings, { replica });
  return { exports: store.queries.exports, close: () => store.close() };
}

/** Connects to a database for the access log alone; the caller ends the connections. */
export function openAccessLog({ settings }: OpenDatabase): {
  readonly accessLog: AccessLog;
  readonly close: () => Promise<void>;
} {
  const store = connectPostgres(settings);
  return { accessLog: store.accessLog, close: () => store.close() };
}

function operationsOn(
  settings: DatabaseSettings,
  direct: DatabaseSettings = settings,
  replica?: DatabaseSettings,
): Omit<OpenDatabase, 'dataFolder' | 'announce' | 'ended' | 'close'> {
  return {
    settings,
    replica,
    vitals: () => readVitals(settings),
    replicaTrouble: async () => replica && examineReplica(settings, replica),
    schema: schemaOf(direct),
    fold: (options) => runFold(settings, options),
    checkFleet: () => checkFleet(direct),
    maxConnections: () => readMaxConnections(direct),
    applyRetention: (request, onBatch) => applyRetention(direct, request, onBatch),
    erasures: {
      list: () => readKeptErasures(direct),
      replay: (kept, onProgress) => replayErasures(direct, kept, onProgress),
    },
    repairFleet: (onStep) => repairFleet(direct, onStep),
  };
}

function schemaOf(settings: DatabaseSettings): Schema {
  return {
    up: (options) => migrateUp(settings, options),
    buildWhileServing: (options) => buildWhileServing(settings, options),
    down: (options) => migrateDown(settings, options),
    distribute: (options) => distribute(settings, options),
    status: () => migrationStatus(settings),
  };
}
