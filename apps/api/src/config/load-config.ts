import type { Config } from './config.js';
import { ConfigError } from './config-error.js';
import { dashboardConfig } from './dashboard-config.js';
import { databaseConfig } from './database-config.js';
import { DEVELOPMENT_HS_KEY } from './development-defaults.js';
import { proxyFor } from './proxy-config.js';
import { type Env, readSettings } from './read-settings.js';
import { Review } from './review.js';
import { withoutServiceLinks } from './service-links.js';
import type { SettingValues } from './settings.js';
import { telemetryConfig } from './telemetry-config.js';
import { tokenConfig } from './token-config.js';
import { unknownSettings } from './unknown-settings.js';

/** What a command that does not serve needs: it accepts no token and opens no port. */
export type CommandConfig = Omit<Config, 'tokens' | 'listen' | 'dashboard'>;

/**
 * Returns the configuration of the serving process, from environment variables (`settings` lists them).
 *
 * @param readFile returns the text of a file, or throws; for the settings that name one
 * @throws ConfigError with every fault
 */
export function loadConfig(given: Env, readFile: (path: string) => string): Config {
  const env = withoutServiceLinks(given);
  const { values, review } = read(env, readFile);
  const common = commonConfig(env, values, review);
  const { production } = common;
  const tokens = tokenConfig(values, review, production, whyKeyIsNeeded(common));
  // Anyone who reaches the service could sign tokens for it with the public key, so only this machine may reach it.
  const exposed = tokens.internal.key !== DEVELOPMENT_HS_KEY || review.isSet('LISTEN_ADDRESS');
  const listen = {
    address: exposed ? values.LISTEN_ADDRESS : LOOPBACK,
    port: review.isSet('PORT') ? values.PORT : (values.SERVER_PORT ?? values.PORT),
  };
  const keyServerProxy = tokens.auth0 && proxyFor(tokens.auth0.jwksUrl, env, (sentence) => review.warn(sentence));
  const dashboard = dashboardConfig(values, review, production);
  const proxy = dashboard && proxyFor(dashboard.issuer, env, (sentence) => review.warn(sentence));
  const config = {
    ...common,
    tokens,
    listen,
    ...(keyServerProxy && { keyServerProxy }),
    ...(dashboard && { dashboard: { ...dashboard, ...(proxy && { proxy }) } }),
  };
  return withoutFaults(config, review, env);
}

/**
 * The same for a command that does not serve: it does not read HS_KEY, PROXY_URL and AUTH0_….
 *
 * @throws ConfigError with every fault
 */
export function loadCommandConfig(given: Env, readFile: (path: string) => string): CommandConfig {
  const env = withoutServiceLinks(given);
  const { values, review } = read(env, readFile);
  return withoutFaults(commonConfig(env, values, review), review, env);
}

const LOOPBACK = '127.0.0.1';

function read(env: Env, readFile: (path: string) => string) {
  const { values, faults } = readSettings(env);
  const review = new Review(env, faults, readFile);
  for (const sentence of unknownSettings(env)) review.warn(sentence);
  return { values, review };
}

function commonConfig(env: Env, values: SettingValues, review: Review): CommandConfig {
  const production = values.ENVIRONMENT === 'PRODUCTION' && !review.isWrong('ENVIRONMENT');
  if (production) {
    for (const name of ['IGNORE_JWT_VALIDATION', 'ALLOW_DROP_DATA'] as const) {
      if (values[name]) review.fault(name, 'must not be true when ENVIRONMENT is PRODUCTION');
    }
  }
  if (values.PORT !== values.SERVER_PORT && review.isSet('PORT') && review.isSet('SERVER_PORT')) {
    review.warn('PORT and SERVER_PORT differ: PORT counts.');
  }
  return {
    environment: values.ENVIRONMENT,
    production,
    database: databaseConfig(values, review, production),
    migrateOnStart: values.MIGRATE_ON_START,
    allowDropData: values.ALLOW_DROP_DATA,
    accessLogDays: values.ACCESS_LOG_DAYS,
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
    limits: {
      bodyBytes: values.BODY_LIMIT,
      headerBytes: values.HEADER_LIMIT,
      requestTime: values.REQUEST_TIMEOUT,
      keepAlive: values.KEEP_ALIVE_TIMEOUT,
      openRequests: values.OPEN_REQUEST_LIMIT,
    },
    workers: values.WORKERS,
    telemetry: telemetryConfig(env, (sentence) => review.warn(sentence)),
    shutdownDelay: values.SHUTDOWN_DELAY,
    warnings: review.warnings,
  };
}

/** If the service may hold real data, or others can reach it, the public key must not grant access. */
function whyKeyIsNeeded({ environment, database }: CommandConfig): string | undefined {
  if (environment !== 'DEVELOPMENT' && environment !== 'TEST') return `when ENVIRONMENT is ${environment}`;
  return database.kind === 'server' ? 'when DATABASE_… names a server' : undefined;
}

function withoutFaults<Checked>(config: Checked, { faults }: Review, env: Env): Checked {
  if (faults.length > 0) throw new ConfigError(faults, unknownSettings(env));
  return config;
}
