import type { DatabaseConfig, ServerDatabaseConfig } from './config.js';
import type { Review } from './review.js';
import type { SettingName, SettingValues } from './settings.js';

/** Without these there is no server. The password may be there and empty. */
const REQUIRED = ['DATABASE_HOST', 'DATABASE_USER', 'DATABASE_NAME'] as const;
const OF_A_SERVER = [
  ...REQUIRED,
  'DATABASE_PORT',
  'DATABASE_PASSWORD',
  'DATABASE_PASSWORD_FILE',
  'DATABASE_MIGRATION_HOST',
  'DATABASE_MIGRATION_PORT',
  'DATABASE_READ_HOST',
  'DATABASE_READ_PORT',
] as const satisfies readonly SettingName[];

/** Which database to use. A server that is half described is a fault, never a reason to use another database. */
export function databaseConfig(values: SettingValues, review: Review, production: boolean): DatabaseConfig {
  const named = OF_A_SERVER.filter((name) => review.isSet(name));
  const embedded = values.DATABASE_EMBEDDED ?? (named.length === 0 && !production);
  if (!embedded) return serverConfig(values, review);
  if (named.length > 0) {
    review.fault('DATABASE_EMBEDDED', `must not be true together with ${named.join(', ')}`);
  }
  if (production) {
    review.warn('DATABASE_EMBEDDED is on in production: the data are on this machine alone, without a backup.');
  }
  return { kind: 'embedded', dataFolder: values.DATABASE_EMBEDDED_FOLDER };
}

function serverConfig(values: SettingValues, review: Review): ServerDatabaseConfig {
  for (const name of REQUIRED) {
    if (!review.isSet(name)) review.fault(name, 'must be set: it is part of what describes the PostgreSQL server');
  }
  const password = review.secret('DATABASE_PASSWORD');
  if (!review.isPresent('DATABASE_PASSWORD') && !review.isSet('DATABASE_PASSWORD_FILE')) {
    review.fault(
      'DATABASE_PASSWORD',
      'must be set, or DATABASE_PASSWORD_FILE (set it to nothing for a server without)',
    );
  }
  const host = values.DATABASE_HOST ?? '';
  const port = values.DATABASE_PORT;
  return {
    kind: 'server',
    host,
    port,
    user: values.DATABASE_USER ?? '',
    password: password ?? '',
    database: values.DATABASE_NAME ?? '',
    ...sslConfig(values, review),
    replica: replicaConfig(values, host, port),
    migration: { host: values.DATABASE_MIGRATION_HOST ?? host, port: values.DATABASE_MIGRATION_PORT ?? port },
  };
}

/** Either of its settings makes a replica; the other one is then the server's. */
function replicaConfig(values: SettingValues, host: string, port: number): ServerDatabaseConfig['replica'] {
  const { DATABASE_READ_HOST, DATABASE_READ_PORT } = values;
  if (DATABASE_READ_HOST === undefined && DATABASE_READ_PORT === undefined) return undefined;
  return { host: DATABASE_READ_HOST ?? host, port: DATABASE_READ_PORT ?? port };
}

/** The files that libpq looks for in the home directory are the adapter's affair: no variable names them. */
function sslConfig({ PGSSLMODE: sslMode, PGSSLROOTCERT: sslRootCertificate }: SettingValues, review: Review) {
  if (sslRootCertificate === undefined) return { sslMode };
  if (sslRootCertificate === 'system') {
    // As in libpq: everybody can have a certificate of a public authority, so only the name in it tells anything.
    if (sslMode !== 'verify-full') review.fault('PGSSLMODE', 'must be verify-full when PGSSLROOTCERT is "system"');
  } else if (
    sslMode !== 'disable' &&
    review.file('PGSSLROOTCERT', sslRootCertificate)?.includes('-----BEGIN ') === false
  ) {
    review.fault('PGSSLROOTCERT', 'must name a file of certificates in PEM format');
  }
  return { sslMode, sslRootCertificate };
}
