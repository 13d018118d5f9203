import type { AccessLog } from '@polaris-telemetry/domain';
import type { Config } from '../config/config.js';
import type { OpenDatabase } from '../database.js';
import type { Log } from '../observability/logging/create-log.js';
import type { Metrics } from '../observability/metrics/create-metrics.js';
import { watchBuilds } from '../observability/metrics/watch-builds.js';
import type { Lifecycle } from '../pipeline/lifecycle.js';
import { keepAccessLogShort } from './keep-access-log-short.js';
import { keepFleet } from './keep-fleet.js';
import { Builds, buildPatiently, prepareSchema } from './prepare-schema.js';
import { StartupError } from './startup-error.js';

export interface KeepingDatabase {
  readonly database: OpenDatabase;
  readonly accessLog: Pick<AccessLog, 'removeOlderThan'>;
  readonly config: Pick<Config, 'migrateOnStart' | 'accessLogDays'>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly lifecycle: Pick<Lifecycle, 'waitFor'>;
  readonly signal: AbortSignal;
  /** Called once records can be served. */
  readonly onReady: () => Promise<void> | void;
}

/**
 * Prepares the database, then does what is done once for a whole service: builds indexes, folds the fleet's state, keeps
 * the access log short.
 *
 * @returns never, unless the signal ends it
 * @throws MigrationError or StartupError if the database must not be touched, or if the embedded one has ended
 */
export async function keepDatabase(keeping: KeepingDatabase): Promise<void> {
  await Promise.race([failureOf(keep(keeping)), failureOf(endOf(keeping.database))]);
}

async function keep({ database, accessLog, config, log, metrics, lifecycle, signal, onReady }: KeepingDatabase) {
  const builds = new Builds();
  watchBuilds(metrics, () => builds.ratios());
  const preparing = { schema: database.schema, lifecycle, log, signal };
  await prepareSchema(preparing, config.migrateOnStart);
  log.logger.info('ready');
  await onReady();
  await Promise.all([
    config.migrateOnStart ? buildPatiently(preparing, builds) : undefined,
    keepFleet(database, metrics, log, signal),
    keepAccessLogShort(accessLog, config.accessLogDays, log, signal),
  ]);
}

/** Waits for a failure, if there is one; success is no reason to end. */
async function failureOf(work: Promise<unknown>): Promise<never> {
  await work;
  return new Promise(() => {});
}

async function endOf({ ended }: OpenDatabase): Promise<void> {
  if (ended === undefined) return new Promise(() => {});
  await ended;
  throw new StartupError('The embedded PostgreSQL has ended.');
}
