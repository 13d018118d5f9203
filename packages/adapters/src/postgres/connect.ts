import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Database, Db } from './database.js';
import { clientConfig, firstThatConnects, type OpenClient, openClient, withinTimeout } from './open-client.js';
import { CONNECT_TIMEOUT_MS, prepareSession, REQUEST_LIMITS } from './session.js';
import type { DatabaseSettings } from './settings.js';
import { tlsAttempts } from './tls.js';

/** How busy the pool is. */
export interface PoolStatistics {
  /** Open connections. */
  readonly total: number;
  /** Open connections that nobody uses. */
  readonly idle: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

/** A database to work with. Nothing is connected before the first use. */
export interface DatabaseConnection {
  /** For probes, transactions and whatever is rare: one connection for each statement or transaction, from a small pool. */
  readonly db: Db;
  /**
   * Opens a connection of one's own that sends each query at once (pg's pipelining). Every query on it must be short:
   * the ones behind wait. The caller ends it.
   */
  openPipelined(onError?: (error: Error) => void): Promise<OpenClient>;
  poolStatistics(): PoolStatistics;
  /** Lets running queries end, then closes the pool. Pipelined connections are their openers' affair. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Most connections in the pool; 4 when absent. */
  readonly poolSize?: number | undefined;
  /** Told when a connection dies outside any query. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/**
 * @throws Error when the settings' root certificates are missing or cannot be read
 */
export function connect(settings: DatabaseSettings, options: ConnectOptions = {}): DatabaseConnection {
  const pools = new PoolPerTlsAttempt(settings, options);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: pools }) });
  return {
    db,
    openPipelined: (onError = options.onError) =>
      openClient(settings, { limits: REQUEST_LIMITS, pipeline: true, onError }),
    poolStatistics: () => pools.statistics(),
    close: () => db.destroy(),
  };
}

/**
 * pg's pool has its TLS fixed from the start. The mode `prefer` has two ways to connect, so there is a pool for each; the
 * second stays empty unless the first is refused.
 */
class PoolPerTlsAttempt implements PostgresPool {
  readonly options = {};
  readonly #pools: readonly pg.Pool[];

  constructor(settings: DatabaseSettings, { poolSize = 4, onError }: ConnectOptions) {
    this.#pools = tlsAttempts(settings).map((ssl) => {
      const pool = new pg.Pool({
        ...clientConfig(settings, ssl),
        max: poolSize,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        onConnect: async (client) => {
          if (client instanceof pg.Client) {
            await withinTimeout(client, CONNECT_TIMEOUT_MS, () => prepareSession(client, REQUEST_LIMITS));
          }
        },
      });
      pool.on('error', (error) => onError?.(error));
      // While a client is checked out the pool does not listen, and an unheard `error` would end the process.
      pool.on('connect', (client) => client.on('error', () => {}));
      return pool;
    });
  }

  async connect(): Promise<PostgresPoolClient> {
    const byIdle = this.#pools.toSorted((a, b) => Number(b.idleCount > 0) - Number(a.idleCount > 0));
    const client = await firstThatConnects(byIdle, (pool) => pool.connect());
    return client;
  }

  async end(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }

  statistics(): PoolStatistics {
    const sum = (count: (pool: pg.Pool) => number) => this.#pools.reduce((total, pool) => total + count(pool), 0);
    return {
      total: sum((pool) => pool.totalCount),
      idle: sum((pool) => pool.idleCount),
      waiting: sum((pool) => pool.waitingCount),
    };
  }
}
