import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { requestCancel } from '../connections/cancel-request.js';
import { isDistributed } from '../connections/distribution.js';
import type { OpenClient } from '../connections/open-client.js';
import { poolOfOne } from '../connections/pool-of-one.js';
import { ConnectionLostError, endsConnection, sqlState } from '../failures.js';
import type { Database } from '../tables.js';

/** Opens a connection and reports when it dies. */
export type OpenConnection = (onError: (error: Error) => void) => Promise<OpenClient>;

/** A connection for one reader at a time. */
export class ReadConnection {
  readonly client: pg.Client;
  readonly db: Kysely<Database>;
  #isDead = false;

  static async open(open: OpenConnection): Promise<ReadConnection> {
    let connection: ReadConnection | undefined;
    let lost: Error | undefined;
    const { client } = await open((error) => {
      lost = error;
      if (connection) connection.#isDead = true;
    });
    connection = new ReadConnection(client);
    if (lost) {
      void connection.end();
      throw lost;
    }
    return connection;
  }

  private constructor(client: pg.Client) {
    this.client = client;
    this.db = new Kysely({ dialect: new PostgresDialect({ pool: poolOfOne(client) }) });
  }

  /** As `Read.isDistributed`. */
  get isDistributed(): boolean {
    return isDistributed(this.client);
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** What an error on this connection means: the connection has ended, unless the server reports something else. */
  meaningOf(error: unknown): unknown {
    const isLost = endsConnection(error) || (this.#isDead && sqlState(error) === undefined);
    return isLost ? new ConnectionLostError('the connection was lost', { cause: error }) : error;
  }

  /** Ends the connection, and cancels in the database whatever it runs. */
  async abandon(): Promise<void> {
    this.#isDead = true;
    await requestCancel(this.client);
    this.client.connection.stream.destroy();
  }

  /** Ends an idle connection. */
  async end(): Promise<void> {
    this.#isDead = true;
    await this.client.end().catch(() => {});
  }
}
