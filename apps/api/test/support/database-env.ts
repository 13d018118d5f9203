import type { DatabaseSettings } from '@polaris-telemetry/adapters';

/** The built service's settings for a database. */
export function databaseEnv(settings: DatabaseSettings): Record<string, string> {
  return {
    DATABASE_HOST: settings.host,
    DATABASE_PORT: String(settings.port),
    DATABASE_USER: settings.user,
    DATABASE_PASSWORD: settings.password,
    DATABASE_NAME: settings.database,
    PGSSLMODE: settings.sslMode ?? 'prefer',
    ...(settings.sslRootCertificate !== undefined && { PGSSLROOTCERT: settings.sslRootCertificate }),
    ...(settings.sslCertificate !== undefined && { PGSSLCERT: settings.sslCertificate }),
    ...(settings.sslKey !== undefined && { PGSSLKEY: settings.sslKey }),
  };
}
