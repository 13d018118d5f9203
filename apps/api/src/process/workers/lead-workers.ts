import type { Config } from '../../config/config.js';
import { loadCodes } from '../../dashboard.js';
import { type OpenDatabase, openAccessLog } from '../../database.js';
import { keepDatabase } from '../keep-database.js';
import { choosePort } from '../listen.js';
import type { Observing } from '../observe.js';
import type { StopRequest } from '../stop-request.js';
import { LONGEST_STOP } from '../stop-serving.js';
import { workersForServer } from './worker-count.js';
import { Workers } from './workers.js';

/** PostgreSQL's default. */
const USUAL = 100;

/** How much longer than a worker's own stop the parent waits before it kills it, in milliseconds. */
const GRACE = 400;

/**
 * Serves in several worker processes, and does in this one what is done once: signals, the schema, the fleet's state, the
 * log. The first worker starts at once; the others once the database has said how many it has room for.
 *
 * @param most how many workers there may be
 */
export async function leadWorkers(
  database: OpenDatabase,
  config: Config,
  { log, metrics }: Observing,
  stop: StopRequest,
  most: number,
): Promise<void> {
  const { settings, replica } = database;
  const codes = await loadCodes(config);
  const workers = new Workers({
    log,
    metrics,
    database: { settings, replica },
    // Every worker names the same one.
    port: await choosePort(config.listen),
    codes,
  });
  const background = new AbortController();
  const access = openAccessLog(database);
  async function onReady(): Promise<void> {
    workers.readiness = { ready: true };
    workers.grow(await count());
    process.send?.({ port: await workers.listening, dataFolder: database.dataFolder, code: codes?.newCode() });
  }
  async function maxConnections(): Promise<number> {
    try {
      return await database.maxConnections();
    } catch (error) {
      log.logger.warn({ err: error }, `the database did not say how many connections it allows: taken for ${USUAL}`);
      return USUAL;
    }
  }
  async function count(): Promise<number> {
    const room = workersForServer(await maxConnections());
    const wanted = config.workers === 'auto' ? Math.min(most, room) : config.workers;
    if (wanted > room) {
      log.logger.warn(
        `${wanted} workers may use up the database's connections: it has room for ${room} (max_connections)`,
      );
    }
    log.logger.info(`${wanted === 1 ? 'one worker serves' : `${wanted} workers serve`}`);
    return wanted;
  }

  let delay = 0;
  try {
    workers.grow(1);
    const port = await Promise.race([workers.listening, stop.requested]);
    if (typeof port === 'number') {
      log.logger.info({ port, address: config.listen.address, environment: config.environment }, 'listening');
      await database.announce?.(port);
    }
    const lifecycle = {
      waitFor: (reason: string) => {
        workers.readiness = { ready: false, reason };
      },
    };
    const keeping = {
      database,
      accessLog: access.accessLog,
      config,
      log,
      metrics,
      lifecycle,
      signal: background.signal,
      onReady,
    };
    const signal = await Promise.race([stop.requested, keepDatabase(keeping)]);
    log.logger.info({ signal }, 'stopping');
    if (signal === 'SIGTERM') delay = config.shutdownDelay;
  } finally {
    background.abort();
    await workers.stop(delay, LONGEST_STOP + GRACE, stop.insisted);
    await access.close();
  }
}
