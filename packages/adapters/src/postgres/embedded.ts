import { rmSync, statSync, truncateSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseSettings } from './connections/settings.js';
import { type Binaries, findBinaries } from './embedded/binaries.js';
import { chooseRunner } from './embedded/choose-runner.js';
import { type Cluster, DATABASE, openCluster, prepareFolder, settingsFor } from './embedded/data-folder.js';
import { EmbeddedPostgresError } from './embedded/error.js';
import { findOwner, isAbandoned, type OwnerLock, takeOwnerLock } from './embedded/owner-lock.js';
import { isAlive, leftovers, readPostmaster, until, worksIn } from './embedded/processes.js';
import {
  type Server,
  type ServerOptions,
  ServerStartError,
  startServer,
  stopForeignServer,
} from './embedded/server.js';
import { failureReason } from './failure-reason.js';

export { EmbeddedPostgresError } from './embedded/error.js';
export { findRunning, type RunningEmbedded } from './embedded/running.js';

export interface EmbeddedOptions {
  /** Holds all data; created if missing. One service at a time can use it. */
  readonly dataFolder: string;
  /** Receives notices for a person, one line each. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** A private PostgreSQL server, reachable from this machine only. */
export interface EmbeddedPostgres {
  readonly settings: DatabaseSettings;
  /** The folder that holds the data: the requested one, or another one that a notice has named. */
  readonly dataFolder: string;
  /** What the server prints. */
  readonly logFile: string;
  /** Settles when the server has ended, by `stop` or by itself. */
  readonly ended: Promise<void>;
  /** Publishes the port of the service that owns the server: `findRunning` finds both. */
  announce(port: number): Promise<void>;
  /** Shuts the server down, within ten seconds at most. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL on a data folder. The data survive however the previous service ended: an abandoned
 * server is shut down first, an interrupted one recovers.
 *
 * @throws EmbeddedPostgresError with one line: what is wrong, and the way out
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const onNotice = options.onNotice ?? (() => {});
  const wanted = resolve(options.dataFolder);
  prepareFolder(wanted);
  const { binaries, runner, dataFolder } = chooseRunner(await findBinaries(), wanted, onNotice);
  const cluster = await openCluster(binaries, runner, dataFolder);
  const logFile = join(dataFolder, 'postgres.log');
  shorten(logFile);

  await endAbandonedServer(cluster, binaries, dataFolder, onNotice);
  const server = await startPatiently({ binaries, runner, data: cluster.data, log: logFile }, () =>
    endAbandonedServer(cluster, binaries, dataFolder, onNotice),
  );
  try {
    const settings = settingsFor(cluster, server.port);
    const lock = await takeOwnerLock(settings, 10_000);
    if (lock === undefined) throw await inUse(dataFolder, settings, server.pid);
    await createDatabase(lock);
    return {
      settings,
      dataFolder,
      logFile,
      ended: server.ended,
      announce: (port) => lock.announce(port),
      async stop() {
        await lock.release();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function inUse(dataFolder: string, settings: DatabaseSettings, pid: number): Promise<EmbeddedPostgresError> {
  const owner = await findOwner(settings).catch(() => undefined);
  const service = owner === undefined ? 'another running service' : `a running service, process ${owner.pid}`;
  return new EmbeddedPostgresError(
    `${dataFolder} is in use by ${service} (its PostgreSQL is process ${pid}): stop that one, or set DATABASE_EMBEDDED_FOLDER to another folder.`,
  );
}

/** Cleans up what a killed service or server has left in the data folder. */
async function endAbandonedServer(
  cluster: Cluster,
  binaries: Binaries,
  dataFolder: string,
  onNotice: (message: string) => void,
): Promise<void> {
  const postmaster = readPostmaster(cluster.data);
  if (postmaster === undefined) return;
  const { pid } = postmaster;
  if (worksIn(pid, cluster.data)) {
    const settings = settingsFor(cluster, postmaster.port);
    let abandoned: boolean;
    try {
      abandoned = await isAbandoned(settings, 10_000);
    } catch (cause) {
      // It may have been shutting down.
      if (!worksIn(pid, cluster.data)) return;
      throw new EmbeddedPostgresError(
        `A PostgreSQL (process ${pid}) runs on ${dataFolder} and does not answer (${failureReason(cause)}): stop it with "kill -INT ${pid}".`,
        { cause },
      );
    }
    if (!abandoned) throw await inUse(dataFolder, settings, pid);
    onNotice(`A service that was killed has left its PostgreSQL running (process ${pid}): shutting it down first.`);
    await stopForeignServer(pid, cluster.data, binaries);
  }
  await until(() => leftovers(cluster.data).length === 0, 10_000);
  // After a restart of the machine or container, the id may belong to a stranger or a zombie; PostgreSQL would take either
  // for a living server and refuse. If any process of the old server is still at work, its shared memory shows it.
  if (isAlive(pid) && !worksIn(pid, cluster.data)) rmSync(join(cluster.data, 'postmaster.pid'), { force: true });
}

/** Starts the server, and tries again after transient failures: a port just taken, another start, a dying server. */
async function startPatiently(options: ServerOptions, onOtherServer: () => Promise<void>): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startServer(options);
    } catch (error) {
      if (!(error instanceof ServerStartError) || attempt === 20) throw error;
      if (/lock file "postmaster.pid"/.test(error.output)) await onOtherServer();
      else if (!/could not bind|in use|pre-existing shared memory/.test(error.output)) throw error;
      await sleep(250);
    }
  }
}

async function createDatabase({ client }: OwnerLock): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`create database ${DATABASE}`);
}

/** The log covers the present; it is not an archive. */
function shorten(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 10_000_000) truncateSync(logFile);
}
