import type { Config } from '../../config/config.js';
import { createService } from '../../container.js';
import { loadDashboard } from '../../dashboard.js';
import { tuneGarbageCollection } from '../garbage-collection.js';
import { listen } from '../listen.js';
import { observe } from '../observe.js';
import { forPerson } from '../startup-error.js';
import { listenForFailure } from '../stop-request.js';
import { stopServing } from '../stop-serving.js';
import type { Readiness } from './messages.js';
import { Parent } from './parent.js';

/**
 * Serves as one of several workers, until the parent process ends it.
 *
 * @returns the exit code
 */
export async function serveAsWorker(config: Config): Promise<number> {
  const failure = listenForFailure();
  tuneGarbageCollection();
  const observing = await observe(config);
  const { log, metrics, telemetry } = observing;
  let service: ReturnType<typeof createService> | undefined;
  let readiness: Readiness | undefined;
  let processes = 1;
  function applyReadiness(): void {
    if (readiness?.ready) service?.lifecycle.becomeReady();
    else if (readiness !== undefined) service?.lifecycle.waitFor(readiness.reason);
  }
  const parent = new Parent({
    answering: { snapshot: metrics.snapshot, probe: async () => (await service?.probe.check()) ?? [] },
    onReadiness(given) {
      readiness = given;
      applyReadiness();
    },
    onProcesses(given) {
      processes = given;
    },
  });
  let delay = 0;
  let isListening = false;
  try {
    const beginning = await parent.beginning();
    readiness ??= beginning.readiness;
    processes = beginning.processes;
    const whole = { processes: () => processes, metrics: () => parent.metrics(), health: () => parent.health() };
    const dashboard = await loadDashboard(config, log, parent);
    service = createService({ config, ...observing, database: beginning.database, dashboard, whole });
    applyReadiness();
    parent.listens(await listen(service.server, { ...config.listen, port: beginning.port }));
    isListening = true;
    delay = await Promise.race([parent.stop, failure]);
    return 0;
  } catch (error) {
    // The parent says why there is no start.
    if (isListening) log.logger.error({ err: error }, 'a worker ends because of an error');
    else await parent.fails(forPerson(error));
    return 1;
  } finally {
    service?.lifecycle.announceEnd();
    if (service !== undefined) await stopServing(service, telemetry, delay, parent.insisted);
    log.flush();
  }
}
