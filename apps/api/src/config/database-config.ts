import type { DatabaseConfig, ServerAddress, ServerAddresses, ServerDatabaseConfig } from './config.js';
import type { Review } from './review.js';
import type { SettingName, SettingValues } from './settings.js';

/** The settings that describe a server. The password may be set but empty. */
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

/** Decides which database to use. A half-described server is a fault, never a reason to use another database. */
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
    if (!review.isSet(name)) review.fault(name, 'must be set: it is part of the PostgreSQL server’s description');
  }
  const password = review.secret('DATABASE_PASSWORD');
  if (!review.isPresent('DATABASE_PASSWORD') && !review.isSet('DATABASE_PASSWORD_FILE')) {
    review.fault(
      'DATABASE_PASSWORD',
      'must be set, or DATABASE_PASSWORD_FILE (set it to nothing for a server without)',
    );
  }
  const { DATABASE_HOST: hosts = [''], DATABASE_PORT: ports } = values;
  const { DATABASE_MIGRATION_HOST = hosts, DATABASE_MIGRATION_PORT = ports } = values;
  const server = addresses('DATABASE_PORT', hosts, ports, review);
  return {
    kind: 'server',
    ...server,
    user: values.DATABASE_USER ?? '',
    password: password ?? '',
    database: values.DATABASE_NAME ?? '',
    ...sslConfig(values, review),
    replica: replicaConfig(values, server, review),
    migration: addresses('DATABASE_MIGRATION_PORT', DATABASE_MIGRATION_HOST, DATABASE_MIGRATION_PORT, review),
  };
}

/** Hosts and ports as libpq pairs them: one port for all, or one for each. */
function addresses(
  name: 'DATABASE_PORT' | 'DATABASE_MIGRATION_PORT',
  hosts: readonly string[],
  ports: readonly number[],
  review: Review,
): ServerAddresses {
  if (ports.length !== 1 && ports.length !== hosts.length && !review.isWrong('DATABASE_PORT')) {
    review.fault(name, 'must be one port, or one for each host');
  }
  const [first = { host: '', port: 0 }, ...others] = hosts.map((host, place) => ({
    host,
    port: ports[ports.length === 1 ? 0 : place] ?? 0,
  }));
  return { ...first, alternatives: others.length > 0 ? others : undefined };
}

/** Either of its settings describes a replica; the other one defaults to the server's. */
function replicaConfig(
  values: SettingValues,
  { host, port }: ServerAddress,
  review: Review,
): ServerDatabaseConfig['replica'] {
  const { DATABASE_READ_HOST, DATABASE_READ_PORT } = values;
  if (DATABASE_READ_HOST === undefined && DATABASE_READ_PORT === undefined) return undefined;
  if (DATABASE_READ_HOST?.includes(',')) review.fault('DATABASE_READ_HOST', 'must be one host');
  return { host: DATABASE_READ_HOST ?? host, port: DATABASE_READ_PORT ?? port };
}

/** The adapter looks for libpq's default files in the home folder: no variable names them. */
function sslConfig(values: SettingValues, review: Review) {
  const { PGSSLMODE: sslMode, PGSSLROOTCERT: roots, PGSSLCERT: sslCertificate, PGSSLKEY: sslKey } = values;
  if (sslMode !== 'disable') {
    if (roots !== 'system') requirePem('PGSSLROOTCERT', roots, 'certificates', review);
    requirePem('PGSSLCERT', sslCertificate, 'certificates', review);
    requirePem('PGSSLKEY', sslKey, 'a private key', review);
  }
  // As in libpq: anyone can get a certificate from a public authority, so only the name in it proves anything.
  if (roots === 'system' && sslMode !== 'verify-full') {
    review.fault('PGSSLMODE', 'must be verify-full when PGSSLROOTCERT is "system"');
  }
  return { sslMode, ...(roots === undefined ? {} : { sslRootCertificate: roots }), sslCertificate, sslKey };
}

function requirePem(name: SettingName, path: string | undefined, what: string, review: Review): void {
  if (path === undefined || review.file(name, path)?.includes('-----BEGIN ') !== false) return;
  review.fault(name, `must name a file of ${what} in PEM format`);
}
