import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Built,
  encodingFault,
  failureReason,
  type MigrationProgress,
  type MigrationStatus,
  type Schema,
} from '../database.js';
import type { Log } from '../observability/logging/create-log.js';
import type { BuildRatio } from '../observability/metrics/watch-builds.js';
import type { Lifecycle } from '../pipeline/lifecycle.js';
import { describeProgress } from './describe-progress.js';
import { isRefusal, StartupError } from './startup-error.js';

/** How often to retry a database that is unreachable or whose schema is behind, in milliseconds. */
const RETRY = 500;
/** How often the log says that the service still waits. */
const REMIND = 10_000;
/** The pause after a failed build. */
const REBUILD = 15_000;

/** What preparing needs; `signal` ends it. */
export interface Preparing {
  readonly schema: Schema;
  readonly lifecycle: Pick<Lifecycle, 'waitFor'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Waits for the database, as long as it takes, and ensures that the service can work with its schema.
 *
 * @param migrates whether to bring the schema up to date; otherwise it waits until another process has done so
 * @throws MigrationError or StartupError if the database must not be touched
 */
export async function prepareSchema(preparing: Preparing, migrates: boolean): Promise<void> {
  const { schema, lifecycle, log, signal } = preparing;
  const onProgress = (progress: MigrationProgress) => log.logger.info(describeProgress(progress));
  const remind = reminder(log);
  for (;;) {
    try {
      if (migrates) await schema.up({ onProgress, signal });
      const reason = migrates ? undefined : behind(await schema.status());
      if (reason === undefined) return;
      lifecycle.waitFor(reason);
      remind(reason);
    } catch (error) {
      if (signal.aborted || isRefusal(error)) throw error;
      const reason = `waiting for the database: ${failureReason(error)}`;
      lifecycle.waitFor(reason);
      remind(reason, error);
    }
    await sleep(RETRY, undefined, { signal });
  }
}

function behind({ pending, encoding }: MigrationStatus): string | undefined {
  const wrongEncoding = encodingFault(encoding);
  if (wrongEncoding !== undefined) throw new StartupError(wrongEncoding);
  return pending.length === 0
    ? undefined
    : `the database's schema is behind (${pending.join(', ')}): run "main.js migrate", or set MIGRATE_ON_START`;
}

function reminder(log: Log): (reason: string, error?: unknown) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let said: string | undefined;
  return (reason, error) => {
    const now = performance.now();
    if (reason === said && now - saidAt < REMIND) return;
    said = reason;
    saidAt = now;
    log.logger.warn(error === undefined ? {} : { err: error }, reason);
  };
}

/** The progress of each index and each set of triggers, for the metrics: 0 to 1, by kind and name. */
export class Builds {
  readonly #ratios = new Map<string, BuildRatio>();

  set(what: Built, name: string, ratio: number): void {
    this.#ratios.set(`${what} ${name}`, { what, name, ratio });
  }

  ratios(): Iterable<BuildRatio> {
    return this.#ratios.values();
  }
}

/**
 * Builds the missing indexes and triggers while the service already serves: without indexes it is only slower, without
 * triggers it keeps no revisions. Starts over after failures until all exist.
 */
export async function buildPatiently({ schema, log, signal }: Preparing, builds: Builds): Promise<void> {
  const onProgress = (progress: MigrationProgress) => {
    log.logger.info(describeProgress(progress));
    if (progress.kind === 'built') builds.set(progress.what, progress.name, 1);
    if (progress.kind === 'index-building') {
      builds.set('index', progress.name, progress.done / Math.max(progress.total, 1));
    }
  };
  async function readStates(): Promise<void> {
    for (const { what, name, state } of (await schema.status()).builds)
      builds.set(what, name, state === 'valid' ? 1 : 0);
  }
  while (!signal.aborted) {
    try {
      await readStates();
      await schema.buildWhileServing({ onProgress, signal });
      // Another process may have built some of them.
      await readStates();
      return;
    } catch (error) {
      if (signal.aborted) return;
      log.logger.warn({ err: error }, 'indexes or triggers could not be built yet: trying again');
      await sleep(REBUILD, undefined, { signal }).catch(() => {});
    }
  }
}
