export {
  connectPostgres,
  type PostgresOptions,
  type PostgresStatistics,
  type PostgresStore,
} from './postgres/connect-postgres.js';
export { EXPORTS_AT_ONCE } from './postgres/connect-readers.js';
export { readMaxConnections } from './postgres/connections/max-connections.js';
export { type DatabaseSettings, SSL_MODES, type SslMode } from './postgres/connections/settings.js';
export { DEADLINES } from './postgres/deadlines.js';

export { distribute } from './postgres/distribute/distribute.js';

export { failureReason, foreseenFailure } from './postgres/failure-reason.js';

export { checkFleet, type FleetCheck } from './postgres/fleet/check/check-fleet.js';
export type { PeopleCheck } from './postgres/fleet/check/check-some-people.js';
export { repairFleet } from './postgres/fleet/check/repair-fleet.js';
export type { FleetBuild, FleetState } from './postgres/fleet/fleet-state.js';
export type { FoldStep } from './postgres/fleet/fold/fold-step.js';
export { type FoldOptions, runFold } from './postgres/fleet/run-fold.js';

export type {
  BuildStatus,
  Built,
  MigrateDownOptions,
  MigrationOptions,
  MigrationProgress,
  MigrationStatus,
} from './postgres/migrate/migrate.js';
export {
  buildWhileServing,
  encodingFault,
  MigrationError,
  migrateDown,
  migrateUp,
  migrationStatus,
} from './postgres/migrate/migrate.js';
export { readKeptErasures } from './postgres/person/kept-erasures.js';
export {
  MissingKeyError,
  type Replay,
  type ReplayProgress,
  replayErasures,
} from './postgres/person/replay-erasures.js';
export {
  applyRetention,
  type RetentionProgress,
  type RetentionRequest,
} from './postgres/retention/apply-retention.js';
export type { CallObserver } from './postgres/statements/observed-call.js';
export { examineReplica, type ReplicaTrouble } from './postgres/vitals/examine-replica.js';
export { readVitals, type Vitals } from './postgres/vitals/read-vitals.js';
export { randomIds } from './random-ids.js';
export { createSystemClock } from './system-clock.js';
