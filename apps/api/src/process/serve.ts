import type { Config } from '../config/config.js';
import { createService } from '../container.js';
import { loadCodes, loadDashboard } from '../dashboard.js';
import { type OpenDatabase, openDatabase } from '../database.js';
import { tuneGarbageCollection } from './garbage-collection.js';
import { keepDatabase } from './keep-database.js';
import { listen } from './listen.js';
import { type Observing, observe } from './observe.js';
import { listenForStop, type StopRequest } from './stop-request.js';
import { stopServing } from './stop-serving.js';
import { leadWorkers } from './workers/lead-workers.js';
import { coresFor, workersForMachine } from './workers/worker-count.js';

/**
 * Serves until a signal ends it, or a failure.
 *
 * @throws the failure
 */
export async function serve(config: Config): Promise<void> {
  const stop = listenForStop();
  tuneGarbageCollection();
  const most = config.workers === 'auto' ? workersForMachine(coresFor(config.database)) : config.workers;
  // Workers send what they observe; their parent serves no one.
  const observing = await observe(most === 1 ? config : { ...config, telemetry: {} });
  const { logger, flush } = observing.log;
  for (const warning of config.warnings) logger.warn(warning);
  const database = await openDatabase(config.database, (notice) => logger.info(notice));
  try {
    if (most === 1) await serveAlone(database, config, observing, stop);
    else await leadWorkers(database, config, observing, stop, most);
  } catch (error) {
    logger.error({ err: error }, 'the service ends because of an error');
    throw error;
  } finally {
    await database.close();
    logger.info('stopped');
    flush();
  }
}

/** Serves in this process. */
async function serveAlone(
  database: OpenDatabase,
  config: Config,
  observing: Observing,
  stop: StopRequest,
): Promise<void> {
  const { log, metrics, telemetry } = observing;
  const codes = await loadCodes(config);
  const dashboard = await loadDashboard(config, log, codes);
  const service = createService({ config, ...observing, database, dashboard });
  const port = await listen(service.server, config.listen);
  log.logger.info({ port, address: config.listen.address, environment: config.environment }, 'listening');
  await database.announce?.(port);

  const background = new AbortController();
  const { lifecycle, accessLog } = service;
  function onReady(): void {
    lifecycle.becomeReady();
    // The parent process may want to tell a person more.
    process.send?.({ port, dataFolder: database.dataFolder, code: codes?.newCode() });
  }
  let delay = 0;
  try {
    const keeping = { database, accessLog, config, log, metrics, lifecycle, signal: background.signal, onReady };
    const signal = await Promise.race([stop.requested, keepDatabase(keeping)]);
    log.logger.info({ signal }, 'stopping');
    // Only an orchestrator sends SIGTERM, and only it has balancers that must notice.
    if (signal === 'SIGTERM') delay = config.shutdownDelay;
  } finally {
    background.abort();
    lifecycle.announceEnd();
    await stopServing(service, telemetry, delay, stop.insisted);
  }
}
