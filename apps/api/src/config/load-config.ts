import type { Config } from './config.js';
import { ConfigError } from './config-error.js';
import { databaseConfig } from './database-config.js';
import { type Env, readSettings } from './read-settings.js';
import { Review } from './review.js';
import { telemetryConfig } from './telemetry-config.js';
import { tokenConfig } from './token-config.js';

/**
 * Makes the configuration from environment variables (`settings` lists them).
 *
 * @param readFile gives the text of a file, or throws; for the settings that name one
 * @throws ConfigError with every fault
 */
export function loadConfig(env: Env, readFile: (path: string) => string): Config {
  const { values, faults } = readSettings(env);
  const review = new Review(env, faults, readFile);
  const production = values.ENVIRONMENT === 'PRODUCTION' && !review.isWrong('ENVIRONMENT');

  if (production) {
    for (const name of ['IGNORE_JWT_VALIDATION', 'ALLOW_DROP_DATA'] as const) {
      if (values[name]) review.fault(name, 'must not be true when ENVIRONMENT is PRODUCTION');
    }
  }
  if (values.PORT !== values.SERVER_PORT && review.isSet('PORT') && review.isSet('SERVER_PORT')) {
    review.warn('PORT and SERVER_PORT differ: PORT counts.');
  }
  const config: Config = {
    environment: values.ENVIRONMENT,
    production,
    listen: {
      address: values.LISTEN_ADDRESS,
      port: review.isSet('PORT') ? values.PORT : (values.SERVER_PORT ?? values.PORT),
    },
    database: databaseConfig(values, review, production),
    migrateOnStart: values.MIGRATE_ON_START,
    tokens: tokenConfig(values, review, production),
    allowDropData: values.ALLOW_DROP_DATA,
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
    limits: {
      bodyBytes: values.BODY_LIMIT,
      headerBytes: values.HEADER_LIMIT,
      requestTime: values.REQUEST_TIMEOUT,
      keepAlive: values.KEEP_ALIVE_TIMEOUT,
      openRequests: values.OPEN_REQUEST_LIMIT,
    },
    telemetry: telemetryConfig(env, (sentence) => review.warn(sentence)),
    shutdownDelay: values.SHUTDOWN_DELAY,
    warnings: review.warnings,
  };
  if (review.faults.length > 0) throw new ConfigError(review.faults);
  return config;
}
