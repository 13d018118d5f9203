// The runner of the checks reads this file as it is: its import names a .ts file.
import { type DatabaseSettings, SSL_MODES, type SslMode } from '../../src/postgres/connections/settings.ts';

const FORM = 'postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…';

/**
 * Reads TEST_DATABASE_URL: a server that already runs, and a role that may create databases there. libpq's form, with
 * its parameters `sslmode`, `sslrootcert`, `sslcert` and `sslkey`; the database (`postgres` when absent) is only where
 * the others are created from.
 *
 * @throws Error in one line that never shows the password
 */
export function givenServer(given: string | undefined): DatabaseSettings {
  const url = URL.canParse(given ?? '') ? new URL(given ?? '') : undefined;
  const parts = url && [url.username, url.password, url.pathname.slice(1)].map(decoded);
  const sslMode = url?.searchParams.get('sslmode') ?? 'prefer';
  if (!url || !isPostgres(url) || !parts?.every((part) => part !== undefined) || !isSslMode(sslMode)) {
    throw new Error(`TEST_DATABASE_URL is not of the form ${FORM}`);
  }
  const [user = '', password = '', database = ''] = parts;
  const parameter = (name: string) => url.searchParams.get(name) ?? undefined;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || 5432),
    user,
    password,
    database: database || 'postgres',
    sslMode,
    sslRootCertificate: parameter('sslrootcert'),
    sslCertificate: parameter('sslcert'),
    sslKey: parameter('sslkey'),
  };
}

const isSslMode = (text: string): text is SslMode => SSL_MODES.some((mode) => mode === text);

function isPostgres({ protocol, hostname, username }: URL): boolean {
  return ['postgres:', 'postgresql:'].includes(protocol) && hostname !== '' && username !== '';
}

/** Undefined if the percent-encoding is broken. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
