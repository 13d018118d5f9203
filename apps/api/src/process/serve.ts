import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import { createService, type Service } from '../container.js';
import { loadDashboard } from '../dashboard.js';
import { type OpenDatabase, openDatabase } from '../database.js';
import { createLog, type Log } from '../observability/logging/create-log.js';
import { createMetrics } from '../observability/metrics/create-metrics.js';
import type { Telemetry } from '../observability/telemetry.js';
import { readVersion } from '../routes/version.js';
import { keepAccessLogShort } from './keep-access-log-short.js';
import { keepFleet } from './keep-fleet.js';
import { Builds, buildPatiently, prepareSchema } from './prepare-schema.js';
import { keepHeapSmall } from './small-heap.js';
import { StartupError } from './startup-error.js';
import { listenForStop, type StopRequest } from './stop-request.js';

/** Milliseconds from the signal to the end of the last connection; 10 s are promised, and the database needs some of them. */
const LONGEST_STOP = 9_000;
/** Milliseconds for the database connections to end. */
const LONGEST_CLOSE = 500;
/** Milliseconds for sending the rest of the traces and metrics, if the stop has that much time left. */
const LONGEST_FLUSH = 2_000;

/**
 * Serves until a signal ends it, or a failure.
 *
 * @throws the failure
 */
export async function serve(config: Config): Promise<void> {
  const stop = listenForStop();
  keepHeapSmall();
  const telemetry = await telemetryOf(config);
  const log = createLog(config.log, telemetry?.traceIds ? { mixin: telemetry.traceIds } : {});
  // However the process ends: lines are buffered in memory.
  process.once('exit', log.flush);
  for (const warning of config.warnings) log.logger.warn(warning);
  telemetry?.onTrouble((error) => log.logger.warn({ err: error }, 'traces or metrics could not be sent'));
  const database = await openDatabase(config.database, (notice) => log.logger.info(notice));
  try {
    await serveOn(database, config, log, telemetry, stop);
  } catch (error) {
    log.logger.error({ err: error }, 'the service ends because of an error');
    throw error;
  } finally {
    await database.close();
    log.logger.info('stopped');
    log.flush();
  }
}

/** Loaded on demand: its packages take time and memory. */
async function telemetryOf({ telemetry }: Config): Promise<Telemetry | undefined> {
  if (telemetry.traces === undefined && telemetry.metrics === undefined) return undefined;
  const { startTelemetry } = await import('../observability/otlp/start.js');
  return startTelemetry(telemetry, readVersion().version);
}

async function serveOn(
  database: OpenDatabase,
  config: Config,
  log: Log,
  telemetry: Telemetry | undefined,
  stop: StopRequest,
): Promise<void> {
  const metrics = createMetrics();
  const builds = new Builds();
  metrics.watchBuilds(() => builds.ratios());
  metrics.addGauge({
    name: 'log_lines_dropped',
    help: 'Log lines dropped because no one reads the log.',
    read: log.droppedLines,
  });
  const dashboard = await loadDashboard(config, log);
  const service = createService({ config, log, metrics, telemetry, database, dashboard });
  const port = await listen(service, config);
  log.logger.info({ port, address: config.listen.address, environment: config.environment }, 'listening');
  await database.announce?.(port);

  const background = new AbortController();
  const { lifecycle } = service;
  const preparing = { schema: database.schema, lifecycle, log, signal: background.signal };
  async function prepare(): Promise<void> {
    await prepareSchema(preparing, config.migrateOnStart);
    lifecycle.becomeReady();
    log.logger.info('ready');
    // The parent process may want to tell a person more.
    process.send?.({ port, dataFolder: database.dataFolder, code: dashboard?.newCode() });
    await Promise.all([
      config.migrateOnStart ? buildPatiently(preparing, builds) : undefined,
      keepFleet(database, metrics, log, background.signal),
      keepAccessLogShort(service.accessLog, config.accessLogDays, log, background.signal),
    ]);
  }

  let delay = 0;
  try {
    const signal = await Promise.race([stop.requested, failureOf(prepare()), failureOf(endOf(database))]);
    log.logger.info({ signal }, 'stopping');
    // Only an orchestrator sends SIGTERM, and only it has balancers that must notice.
    if (signal === 'SIGTERM') delay = config.shutdownDelay;
  } finally {
    background.abort();
    lifecycle.announceEnd();
    await stopServing(service, telemetry, delay, stop.insisted);
  }
}

async function listen({ server }: Service, { listen: { port, address } }: Config): Promise<number> {
  try {
    return await server.listen(port, address);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = LISTEN_TROUBLES[code];
    throw reason === undefined ? error : new StartupError(reason(address, port));
  }
}

const LISTEN_TROUBLES: Readonly<Record<string, (address: string, port: number) => string>> = {
  EADDRINUSE: (_, port) => `Port ${port} is in use: stop what uses it, or set PORT.`,
  EACCES: (_, port) => `Port ${port} may not be opened by this user: set PORT to one above 1023.`,
  EADDRNOTAVAIL: (address) => `${address} is no address of this machine: set LISTEN_ADDRESS.`,
  EAFNOSUPPORT: (address) => `This machine has no addresses of the kind of ${address}: set LISTEN_ADDRESS.`,
  EINVAL: (address) =>
    `${address} cannot be listened on (a link-local address needs its interface, fe80::1%eth0): set LISTEN_ADDRESS.`,
  ENOTFOUND: (address) => `${address} is no address, and no name that this machine knows: set LISTEN_ADDRESS.`,
  EAI_AGAIN: (address) => `The name server does not answer for ${address}: set LISTEN_ADDRESS to an address.`,
};

/** Waits for a failure, if there is one; success is no reason to end. */
async function failureOf(work: Promise<unknown>): Promise<never> {
  await work;
  return new Promise(() => {});
}

async function endOf({ ended }: OpenDatabase): Promise<void> {
  if (ended === undefined) return;
  await ended;
  throw new StartupError('The embedded PostgreSQL has ended.');
}

async function stopServing(
  { server, close }: Service,
  telemetry: Telemetry | undefined,
  delay: number,
  insisted: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + LONGEST_STOP;
  server.leave();
  await pause(delay, insisted);
  const drained = server.drain();
  await Promise.race([drained, pause(deadline - performance.now(), insisted)]);
  server.destroy();
  const longestFlush = Math.min(Math.max(deadline - performance.now(), LONGEST_CLOSE), LONGEST_FLUSH);
  await Promise.all([
    Promise.race([close(), pause(LONGEST_CLOSE, insisted)]),
    Promise.race([telemetry?.stop(), pause(longestFlush, insisted)]),
  ]);
}

/** Waits, unless the person insists on ending. */
async function pause(milliseconds: number, insisted: AbortSignal): Promise<void> {
  await sleep(Math.max(milliseconds, 0), undefined, { signal: insisted }).catch(() => {});
}
