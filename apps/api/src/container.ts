// tsyringe refuses to load without a Reflect polyfill.
import 'reflect-metadata';
import { hostname } from 'node:os';
import {
  buildIndexes,
  connectPostgres,
  createSystemClock,
  type DatabaseSettings,
  type MigrationOptions,
  type MigrationStatus,
  migrateDown,
  migrateUp,
  migrationStatus,
  type PostgresStore,
  randomIds,
} from '@polaris-telemetry/adapters';
import { type InjectionToken, instanceCachingFactory, container as root } from 'tsyringe';
import { createApp } from './app.js';
import { systemAuthClock } from './auth/auth-clock.js';
import { type RemoteKeys, remoteKeys } from './auth/jwks.js';
import { createVerifyToken, type VerifyToken } from './auth/verify-token.js';
import type { Config, DatabaseConfig } from './config/config.js';
import { HealthCheck } from './health-check.js';
import type { App } from './http/hono-app.js';
import type { RequestObserver } from './http/request-observer.js';
import { RequestsInProgress } from './http/requests-in-progress.js';
import type { Lifecycle } from './lifecycle.js';
import type { Log } from './logging/create-log.js';
import type { Metrics } from './metrics/create-metrics.js';
import { observeRequests } from './observe-requests.js';
import { createHttpServer, type HttpServer } from './server.js';
import type { Telemetry } from './telemetry/telemetry.js';
import { createUseCases, type UseCases } from './use-cases.js';
import { readVersion, type Version } from './version.js';

export type { MigrationOptions, MigrationProgress, MigrationStatus } from '@polaris-telemetry/adapters';

/** A database that the service works on. */
export interface OpenDatabase {
  readonly settings: DatabaseSettings;
  readonly schema: Schema;
  /** Where the data are, when it is a database of the service's own. */
  readonly dataFolder?: string;
  /** Settles when it has ended, when it is the service's own. */
  readonly ended?: Promise<void>;
  readonly close: () => Promise<void>;
}

/** The tables and indexes of a database, as this version of the service wants them. */
export interface Schema {
  readonly up: (options?: MigrationOptions) => Promise<void>;
  readonly buildIndexes: (options?: MigrationOptions) => Promise<void>;
  readonly down: (options?: MigrationOptions) => Promise<void>;
  readonly status: () => Promise<MigrationStatus>;
}

/**
 * Gives the database of a configuration: a server, which is not asked yet, or an embedded one, which is started.
 *
 * @param onNotice told, in one line each, what a person may want to know
 */
export async function openDatabase(config: DatabaseConfig, onNotice: (message: string) => void): Promise<OpenDatabase> {
  if (config.kind === 'server') {
    const { migration } = config;
    return { settings: config, schema: schemaOf({ ...config, ...migration }), close: async () => {} };
  }
  // Loaded on demand: its binaries are optional, and the production image has none.
  const { startEmbedded } = await import('@polaris-telemetry/adapters/embedded');
  const embedded = await startEmbedded({ dataFolder: config.dataFolder, onNotice });
  const { settings, dataFolder, ended } = embedded;
  return { settings, schema: schemaOf(settings), dataFolder, ended, close: () => embedded.stop() };
}

function schemaOf(settings: DatabaseSettings): Schema {
  return {
    up: (options) => migrateUp(settings, options),
    buildIndexes: (options) => buildIndexes(settings, options),
    down: (options) => migrateDown(settings, options),
    status: () => migrationStatus(settings),
  };
}

/** What is there before anything is plugged together. */
export interface Given {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Absent: nothing is sent anywhere, and nothing is observed for it. */
  readonly telemetry?: Telemetry | undefined;
  readonly lifecycle: Lifecycle;
  readonly database: OpenDatabase;
}

/** What serving needs of it all. */
export interface Service {
  readonly server: HttpServer;
  /** Ends every connection to the database. */
  readonly close: () => Promise<void>;
}

/** The name and the type of everything that is plugged in here. */
const tokens = {
  store: token<PostgresStore>('store'),
  useCases: token<UseCases>('useCases'),
  auth0Keys: token<RemoteKeys | undefined>('auth0Keys'),
  verifyToken: token<VerifyToken>('verifyToken'),
  requestsInProgress: token<RequestsInProgress>('requestsInProgress'),
  observer: token<RequestObserver>('observer'),
  health: token<HealthCheck>('health'),
  version: token<Version>('version'),
  app: token<App>('app'),
  server: token<HttpServer>('server'),
};

function token<Type>(name: string): InjectionToken<Type> {
  return Symbol(name);
}

/** What is plugged into what. Nothing is connected and no port is opened yet. */
export function createService({ config, log, metrics, telemetry, lifecycle, database }: Given): Service {
  const container = root.createChildContainer();
  function provide<Type>(name: InjectionToken<Type>, make: (get: <T>(of: InjectionToken<T>) => T) => Type): void {
    container.register(name, { useFactory: instanceCachingFactory((c) => make((of) => c.resolve(of))) });
  }

  provide(tokens.store, () =>
    connectPostgres(database.settings, {
      observe: telemetry?.observeCall,
      onError: (error) => log.logger.warn({ err: error }, 'a connection to the database was lost'),
    }),
  );
  provide(tokens.useCases, (get) =>
    createUseCases({ ...get(tokens.store), clock: createSystemClock(), ids: randomIds }),
  );
  provide(tokens.auth0Keys, () => {
    const { auth0 } = config.tokens;
    return (
      auth0 &&
      remoteKeys(auth0.jwksUrl, systemAuthClock, (event) =>
        log.logger[event.event === 'failed' ? 'warn' : 'info'](event, 'key server'),
      )
    );
  });
  provide(tokens.verifyToken, (get) => createVerifyToken(config.tokens, get(tokens.auth0Keys)));
  provide(tokens.requestsInProgress, () => new RequestsInProgress(config.limits.openRequests));
  provide(tokens.observer, () => observeRequests(log, metrics, telemetry));
  provide(tokens.health, (get) => new HealthCheck(get(tokens.store).probe, lifecycle, hostname()));
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
      lifecycle,
      metrics,
      allowDropData: config.allowDropData,
      bodyLimit: config.limits.bodyBytes,
      production: config.production,
    }),
  );
  provide(tokens.server, (get) => createHttpServer(get(tokens.app), config.limits, get(tokens.observer).unparsed));

  const store = container.resolve(tokens.store);
  metrics.watchDatabase(() => store.stats());
  telemetry?.watchDatabase(() => store.stats());
  return { server: container.resolve(tokens.server), close: () => store.close() };
}
