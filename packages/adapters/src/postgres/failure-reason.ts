import { SilentDatabaseError } from './connections/own-connection.js';
import { DatabaseSettingsError } from './connections/settings.js';
import { NoServerError, ReadOnlyServerError } from './connections/several-servers.js';
import { sqlState } from './failures.js';
import { MigrationError } from './migrate/error.js';

/**
 * Returns why the database is unusable, in one line safe for anyone to read. It goes by codes alone, because the messages
 * of servers and sockets hold addresses, names and more.
 */
export function failureReason(error: unknown): string {
  const foreseen = foreseenFailure(error);
  if (foreseen !== undefined) return foreseen;
  const state = sqlState(error);
  if (state !== undefined) return `the database refuses: an error (SQLSTATE ${state})`;
  const code = codeOf(error);
  return `no connection${code === undefined ? '' : ` (${code})`}`;
}

/** The same for faults an operator can cause and fix; undefined for anything else, which may be our own mistake. */
export function foreseenFailure(error: unknown): string | undefined {
  const isOwn = [SilentDatabaseError, DatabaseSettingsError, MigrationError].some((kind) => error instanceof kind);
  if (error instanceof Error && isOwn) return error.message;
  if (error instanceof ReadOnlyServerError) return 'it is read-only';
  if (error instanceof NoServerError) {
    const reasons = error.errors.map((one, place) => `${place + 1}: ${failureReason(one)}`);
    return `${error.message} (DATABASE_HOST): ${reasons.join('; ')}`;
  }
  const state = sqlState(error);
  if (state !== undefined) {
    const refusal = REFUSALS[state];
    return refusal && `the database refuses: ${refusal} (SQLSTATE ${state})`;
  }
  const code = codeOf(error);
  const trouble = code === undefined ? troubleWithoutCode(error) : (TROUBLES[code] ?? tlsTrouble(code));
  return trouble && `no connection: ${trouble}${code === undefined ? '' : ` (${code})`}`;
}

const REFUSALS: Readonly<Record<string, string>> = {
  '25006': 'it is read-only',
  '28000': 'its pg_hba.conf lets no such role in from here, or not in this way (DATABASE_USER, PGSSLMODE, PGSSLCERT)',
  '28P01': 'wrong password, or no such role (DATABASE_USER, DATABASE_PASSWORD)',
  '3D000': 'there is no such database (DATABASE_NAME)',
  '3F000': 'the role has no schema to work in',
  '42501': 'the role lacks rights (DATABASE_USER)',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '53300': 'all its connections are used up',
  '55P03': 'another session holds a lock',
  '57014': 'the statement took too long',
  '57P01': 'it is shutting down',
  '57P03': 'it is starting up or shutting down',
};

const NO_ROUTE = 'there is no route to the host (DATABASE_HOST)';

const TROUBLES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (DATABASE_HOST, DATABASE_PORT)',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ETIMEDOUT: 'no answer in time (DATABASE_HOST, DATABASE_PORT)',
  ENOTFOUND: 'the name server knows no such host (DATABASE_HOST)',
  EAI_AGAIN: 'the name server does not answer',
  ENOENT: 'there is no such socket (DATABASE_HOST, DATABASE_PORT)',
  ENOTDIR: 'there is no such socket (DATABASE_HOST, DATABASE_PORT)',
  EACCES: 'this user may not use the socket (DATABASE_HOST)',
  EMFILE: 'this process may open no more files (ulimit -n)',
  ENFILE: 'this machine may open no more files',
  CERT_HAS_EXPIRED: 'TLS: the server’s certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS: the server’s certificate names another host (DATABASE_HOST, PGSSLMODE)',
};

/** OpenSSL and Node have many names for what goes wrong with certificates. */
function tlsTrouble(code: string): string | undefined {
  return /CERT|ISSUER|SIGNATURE|^ERR_(TLS|SSL|OSSL)|^EPROTO$/.test(code)
    ? 'TLS: the server’s certificate is not trusted, or no TLS comes about (PGSSLMODE, PGSSLROOTCERT)'
    : undefined;
}

/** pg's own errors have no code. */
function troubleWithoutCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (/does not support SSL/.test(error.message)) return 'TLS: the server offers none (PGSSLMODE)';
  if (/password must be/.test(error.message))
    return 'the server wants a password, and there is none (DATABASE_PASSWORD)';
  if (/terminated unexpectedly/.test(error.message)) return 'the other side hung up (DATABASE_HOST, DATABASE_PORT)';
  return undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
