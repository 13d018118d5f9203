// tsyringe refuses to load without a Reflect polyfill.
import 'reflect-metadata';
import { hostname } from 'node:os';
import {
  connectPostgres,
  createSystemClock,
  DEADLINES,
  EXPORTS_AT_ONCE,
  type PostgresStore,
  randomIds,
} from '@polaris-telemetry/adapters';
import {
  type AccessLog,
  type DatabaseProbe,
  type ProbeResult,
  type UseCases,
  useCasesOn,
} from '@polaris-telemetry/domain';
import { type InjectionToken, instanceCachingFactory, container as root } from 'tsyringe';
import { type AppDependencies, createApp } from './app.js';
import { systemAuthClock } from './auth/auth-clock.js';
import { type RemoteKeys, remoteKeys } from './auth/jwks.js';
import { createVerifyToken, type VerifyToken } from './auth/verify-token.js';
import type { Config } from './config/config.js';
import type { DashboardOver } from './dashboard.js';
import type { OpenDatabase } from './database.js';
import { MemoryBudget, shareAmong } from './http/memory-budget.js';
import type { App } from './http/received.js';
import { logErasures } from './observability/log-erasures.js';
import type { Log } from './observability/logging/create-log.js';
import type { Metrics } from './observability/metrics/create-metrics.js';
import { keptFor } from './observability/metrics/kept-for.js';
import { watchDatabase } from './observability/metrics/watch-database.js';
import { observeRequests } from './observability/observe-requests.js';
import type { Telemetry } from './observability/telemetry.js';
import { callerSignal } from './pipeline/caller-signal.js';
import { Lifecycle } from './pipeline/lifecycle.js';
import type { RequestObserver } from './pipeline/request-observer.js';
import { RequestsInProgress } from './pipeline/requests-in-progress.js';
import { Slots } from './pipeline/slots.js';
import { HealthCheck } from './routes/health-check.js';
import { readVersion, type Version } from './routes/version.js';
import { createHttpServer, type HttpServer } from './server/server.js';
import { showKeptReceipt } from './wire/kept-erasures.js';

/** How long to reuse the text of the metrics, in milliseconds: rendering takes 2 ms, and anyone may request it. */
const METRICS_LIFETIME = 1_000;

/** What must exist before anything is wired. */
export interface Prerequisites {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Absent: nothing is exported, and nothing is observed for it. */
  readonly telemetry?: Telemetry | undefined;
  /** Absent: there is none. */
  readonly dashboard?: DashboardOver | undefined;
  readonly database: Pick<OpenDatabase, 'settings' | 'replica'>;
  /** Present in a worker: the service is more than this process. */
  readonly whole?: WholeService | undefined;
}

/** All processes of a service, as one of them sees them. */
export interface WholeService {
  /** How many share its bounds at present. */
  readonly processes: () => number;
  /** The metrics of all, as text for Prometheus. */
  readonly metrics: () => Promise<string>;
  /** How all of them reach the database. */
  readonly health: () => Promise<readonly ProbeResult[]>;
}

/** What serving needs from the container. */
export interface Service {
  readonly server: HttpServer;
  readonly lifecycle: Lifecycle;
  readonly accessLog: AccessLog;
  /** How this process reaches the database. */
  readonly probe: DatabaseProbe;
  /** Ends every connection to the database. */
  readonly close: () => Promise<void>;
}

/** How many lists, searches and reports may run or wait; more would only wait for the few connections that read. */
const MOST_READS = 64;

/** How many erasures may run or wait. */
const MOST_ERASING = 8;

/** The name and type of every dependency. */
const tokens = {
  store: token<PostgresStore>('store'),
  useCases: token<UseCases>('useCases'),
  auth0Keys: token<RemoteKeys | undefined>('auth0Keys'),
  verifyToken: token<VerifyToken>('verifyToken'),
  lifecycle: token<Lifecycle>('lifecycle'),
  requestsInProgress: token<AppDependencies['requestsInProgress']>('requestsInProgress'),
  observer: token<RequestObserver>('observer'),
  health: token<HealthCheck>('health'),
  version: token<Version>('version'),
  app: token<App>('app'),
  server: token<HttpServer>('server'),
};

function token<Type>(name: string): InjectionToken<Type> {
  return Symbol(name);
}

/** Wires everything. It connects to nothing and opens no port yet. */
export function createService({ config, log, metrics, telemetry, database, dashboard, whole }: Prerequisites): Service {
  const share = shareAmong(whole?.processes ?? (() => 1));
  const container = root.createChildContainer();
  function provide<Type>(name: InjectionToken<Type>, make: (get: <T>(of: InjectionToken<T>) => T) => Type): void {
    container.register(name, { useFactory: instanceCachingFactory((c) => make((of) => c.resolve(of))) });
  }

  provide(tokens.store, () =>
    connectPostgres(database.settings, {
      replica: database.replica,
      boundsAge: true,
      onReplicaChange: (isUsable) =>
        isUsable
          ? log.logger.info('the replica is close enough to the primary: it answers lists, searches and reports')
          : log.logger.warn('the replica is away or too far behind: the primary answers lists, searches and reports'),
      observe: telemetry?.observeCall,
      callerSignal,
      onError: (error) => log.logger.warn({ err: error }, 'a connection to the database was lost'),
    }),
  );
  provide(tokens.useCases, (get) => {
    const found = get(tokens.store);
    const personEraser = logErasures(found.personEraser, log, showKeptReceipt);
    return useCasesOn({ ...found, personEraser }, { clock: createSystemClock(), ids: randomIds });
  });
  provide(tokens.auth0Keys, () => {
    const { auth0 } = config.tokens;
    return (
      auth0 &&
      remoteKeys(
        auth0.jwksUrl,
        systemAuthClock,
        (event) => log.logger[event.event === 'failed' ? 'warn' : 'info'](event, 'key server'),
        config.keyServerProxy,
      )
    );
  });
  provide(tokens.verifyToken, (get) =>
    createVerifyToken(
      config.tokens,
      get(tokens.auth0Keys),
      systemAuthClock,
      log.logger.isLevelEnabled('debug')
        ? (refusal) => log.logger.debug(refusal, 'an access token was refused')
        : undefined,
    ),
  );
  provide(tokens.lifecycle, () => new Lifecycle(DEADLINES.readiness));
  provide(tokens.requestsInProgress, () => ({
    records: new RequestsInProgress(() => share(config.limits.openRequests), DEADLINES.record.request),
    reads: new RequestsInProgress(() => share(MOST_READS), DEADLINES.reads.request),
    erasure: new RequestsInProgress(() => share(MOST_ERASING), DEADLINES.erasure.request),
  }));
  provide(tokens.observer, () => observeRequests(log, metrics, telemetry));
  provide(tokens.health, (get) => {
    const probe = whole === undefined ? get(tokens.store).probe : { check: whole.health };
    return new HealthCheck(probe, get(tokens.lifecycle), hostname());
  });
  provide(tokens.version, readVersion);
  provide(tokens.app, (get) =>
    createApp({
      useCases: get(tokens.useCases),
      verifyToken: get(tokens.verifyToken),
      requestsInProgress: get(tokens.requestsInProgress),
      observer: get(tokens.observer),
      health: get(tokens.health),
      version: get(tokens.version),
      eraser: get(tokens.store).eraser,
      lifecycle: get(tokens.lifecycle),
      metrics: {
        contentType: metrics.contentType,
        render: keptFor(METRICS_LIFETIME, whole?.metrics ?? metrics.render),
      },
      allowDropData: config.allowDropData,
      bodyLimit: config.limits.bodyBytes,
      exportSlots: new Slots(EXPORTS_AT_ONCE),
      production: config.production,
      dashboardOver: dashboard,
    }),
  );
  provide(tokens.server, (get) => {
    const memory = MemoryBudget.forBodies(config.limits.bodyBytes, share);
    return createHttpServer(get(tokens.app), config.limits, get(tokens.observer), memory);
  });

  const store = container.resolve(tokens.store);
  watchDatabase(metrics, () => store.stats());
  telemetry?.watchDatabase(() => store.stats());
  return {
    server: container.resolve(tokens.server),
    lifecycle: container.resolve(tokens.lifecycle),
    accessLog: store.accessLog,
    probe: store.probe,
    close: () => store.close(),
  };
}
