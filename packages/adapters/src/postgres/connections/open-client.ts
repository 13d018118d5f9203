import pg from 'pg';
import { DEADLINES } from '../deadlines.js';
import { prepareSession, type Session, type SessionLimits } from './session.js';
import type { DatabaseSettings } from './settings.js';
import { firstUsable, requireWritable } from './several-servers.js';
import { type Tls, tlsAttempts } from './tls.js';
import { typeParsers } from './type-parsers.js';

/**
 * An open connection, and what is known about the server behind it. A pooler such as PgBouncer makes named statements and
 * session state unreliable.
 */
export interface OpenClient extends Session {
  readonly client: pg.Client;
}

export interface OpenOptions {
  readonly limits: SessionLimits;
  /** Send each query at once, without waiting for the previous answer. */
  readonly pipeline?: boolean;
  /** Called for errors of the opened connection outside any query, for example if it dies while idle. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** What pg needs for one attempt. Every field is set, so pg never consults a PG* variable. */
function clientConfig(settings: DatabaseSettings, ssl: Tls): pg.ClientConfig {
  return {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    password: () => settings.password,
    database: settings.database,
    application_name: settings.applicationName ?? 'polaris-telemetry',
    ssl,
    sslnegotiation: 'postgres',
    types: typeParsers,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * Drops what pg has read from PGOPTIONS, PGREPLICATION and PGBINARY: they are not settings of ours, pg's configuration
 * cannot override them, and they would change what every statement means.
 */
function ignorePlatform(client: pg.Client): void {
  const { connectionParameters } = client as unknown as { connectionParameters: Record<string, unknown> };
  for (const name of ['options', 'replication', 'binary']) connectionParameters[name] = undefined;
}

/**
 * Opens one connection, trying servers, and TLS and plain, in libpq's order, all within `DEADLINES.connect`.
 *
 * @throws the error of the last useful attempt; NoServerError if none of several servers is usable
 */
export async function openClient(settings: DatabaseSettings, options: OpenOptions): Promise<OpenClient> {
  const deadline = performance.now() + DEADLINES.connect;
  return await firstUsable(settings, deadline, (server, until) => {
    const here = { ...settings, ...server };
    return firstThatConnects(tlsAttempts(here), (ssl) => openOnce(here, ssl, options, until));
  });
}

/**
 * libpq's rule for the mode `prefer`: if TLS cannot be established, or the server's access rules refuse this user over
 * TLS, the next way is tried. Any other answer of the server (a wrong password, too many connections) is final.
 */
async function firstThatConnects(
  ways: readonly Tls[],
  connect: (way: Tls) => Promise<OpenClient>,
): Promise<OpenClient> {
  let first: unknown;
  for (const [index, way] of ways.entries()) {
    try {
      return await connect(way);
    } catch (error) {
      const mayTryNext = index < ways.length - 1 && !isFinal(error);
      // Why TLS failed says more than that a plain connection is forbidden.
      if (!mayTryNext) throw index > 0 && codeOf(error) === NOT_ALLOWED ? first : error;
      first = error;
    }
  }
  throw first;
}

const NOT_ALLOWED = '28000';
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

function isFinal(error: unknown): boolean {
  const code = codeOf(error);
  if (error instanceof pg.DatabaseError) return code !== NOT_ALLOWED;
  if (code !== undefined) return UNREACHABLE.has(code);
  // pg's own errors have no code: the server has no TLS, or hung up over it. Timeouts are something else.
  return !(error instanceof Error && /SSL|terminated unexpectedly/.test(error.message));
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

async function openOnce(
  settings: DatabaseSettings,
  ssl: Tls,
  options: OpenOptions,
  deadline: number,
): Promise<OpenClient> {
  const client = new pg.Client({ ...clientConfig(settings, ssl), pipeline: options.pipeline ?? false });
  ignorePlatform(client);
  let isGivenUp = false;
  // Without a listener an `error` would end the process. A connection that is given up here still reports its end, which
  // the caller would take for the end of the next server's.
  client.on('error', (error) => {
    if (!isGivenUp) options.onError?.(error);
  });
  try {
    return await withinTimeout(client, deadline - performance.now(), async () => {
      await client.connect();
      const session = await prepareSession(client, options.limits);
      if (settings.alternatives) await requireWritable(client);
      return { client, ...session };
    });
  } catch (error) {
    isGivenUp = true;
    throw error;
  }
}

/**
 * Runs the first steps on a connection, and closes it if they fail or take too long. pg's own timeout ends with the
 * server's greeting, which a pooler sends at once even if it has no server to offer.
 */
async function withinTimeout(
  client: pg.Client,
  milliseconds: number,
  steps: () => Promise<OpenClient>,
): Promise<OpenClient> {
  let late = false;
  const timer = setTimeout(
    () => {
      late = true;
      client.connection.stream.destroy();
    },
    Math.max(0, milliseconds),
  );
  try {
    return await steps();
  } catch (error) {
    client.connection.stream.destroy();
    throw late ? new ConnectTimeoutError(error) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The database did not answer in time while a connection was opening. */
export class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  readonly code = 'ETIMEDOUT';

  constructor(cause: unknown) {
    super(`no connection to the database within ${DEADLINES.connect / 1000} s`, { cause });
  }
}
