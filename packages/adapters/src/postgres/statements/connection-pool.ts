import type { OpenClient } from '../connections/open-client.js';
import {
  ConnectionLostError,
  endsConnection,
  isStaleStatement,
  refusesWrites,
  spoilsConnection,
  sqlState,
  WaitedTooLongError,
} from '../failures.js';
import { type Job, PooledConnection } from './pooled-connection.js';
import type { Statement } from './statement.js';

const WATCH_INTERVAL_MS = 500;

/** After this much silence (milliseconds) nothing more is sent there: it would wait behind a slow statement, or be lost. */
const SUSPICION_MS = 1_000;

/** After a failed attempt to connect, the next one waits twice as long, up to this (milliseconds). */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;

/** A refused write counts as the present state until a write succeeds, but no longer than this (milliseconds). */
const REFUSAL_MS = 5_000;

/** How often a statement is sent at most: the statement itself may make connections die. */
const MOST_ATTEMPTS = 3;

export interface ConnectionPoolOptions {
  /** Opens a pipelined connection and reports when it dies. */
  readonly open: (onError: (error: Error) => void) => Promise<OpenClient>;
  readonly most: number;
  /** False: one statement at a time on each connection, for statements that may wait for something. */
  readonly pipelined: boolean;
  /**
   * Whether statements are prepared under their names, which saves parsing and planning. Absent: they are, unless a pooler
   * stands in between, because PgBouncer before 1.21 gives each transaction another server, which does not know them.
   */
  readonly preparedStatements?: boolean | undefined;
}

/** How busy such connections are. */
export interface ConnectionStatistics {
  readonly open: number;
  /** Statements sent but not yet answered. */
  readonly underWay: number;
  /** Statements waiting for a connection. */
  readonly unsent: number;
}

/**
 * A few connections that each have several statements in flight (pg's pipelining), or one at a time. They open when needed
 * and are replaced when they die. Every pipelined statement must be short, because those behind it wait.
 *
 * An unsent statement waits for a connection until it expires. If a connection dies, the reads already sent on it are sent
 * again; writes are not, because no one knows whether they were stored.
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #connections = new Set<PooledConnection>();
  readonly #watch: NodeJS.Timeout;
  #named: boolean | undefined;
  #isDistributed = false;
  #waiting: Job[] = [];
  #opening = 0;
  #failures = 0;
  #trouble: unknown;
  #refusal: { readonly error: unknown; readonly at: number } | undefined;
  #closed = false;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#named = options.preparedStatements;
    let last = performance.now();
    this.#watch = setInterval(() => {
      const now = performance.now();
      // If this process itself stalled, the answers may be here, unread.
      const stoodStill = now - last > 2 * WATCH_INTERVAL_MS;
      last = now;
      if (!stoodStill) for (const connection of this.#connections) connection.giveUpIfSilent(now);
      this.#endIdleSpares();
    }, WATCH_INTERVAL_MS).unref();
  }

  /**
   * Why statements cannot run right now, if known: why there is no connection for those that wait for one, or why the server
   * recently refused to write.
   */
  get trouble(): unknown {
    if (this.#connections.size === 0 && this.#waiting.length > 0) return this.#trouble;
    return this.#refusal !== undefined && performance.now() - this.#refusal.at < REFUSAL_MS
      ? this.#refusal.error
      : undefined;
  }

  /** Whether Citus distributes the tables of records, as far as is known. */
  get isDistributed(): boolean {
    return this.#isDistributed;
  }

  get statistics(): ConnectionStatistics {
    let underWay = 0;
    for (const connection of this.#connections) underWay += connection.underWay;
    return { open: this.#connections.size, underWay, unsent: this.#waiting.length };
  }

  /**
   * @param expires when no caller waits for the answer any more, in milliseconds of `performance.now()`
   * @param onRow takes each row of a statement that only reads as it arrives; the promise then resolves with none
   * @throws the server's error, ConnectionLostError or WaitedTooLongError
   */
  run<Input, Row>(
    statement: Statement<Input>,
    inputs: readonly Input[],
    expires: number,
    onRow?: (row: Row) => void,
  ): Promise<Row[]> {
    return new Promise<Row[]>((resolve, reject) => {
      this.#send({ statement, inputs: inputs as readonly never[], expires, onRow, resolve, reject, attempts: 0 });
    });
  }

  #send(job: Job): void {
    if (this.#closed) {
      job.reject(new ConnectionLostError('the connections are closed'));
      return;
    }
    const connection = this.#leastBusy();
    if (connection === undefined || connection.underWay > 0) this.#openAnother();
    if (connection === undefined) {
      this.#waiting.push(job);
      return;
    }
    job.attempts++;
    connection.send(job, (error, rows) => {
      if (rows === undefined) {
        this.#failed(job, error, connection);
      } else {
        if (!job.statement.repeatable) this.#refusal = undefined;
        job.resolve(rows);
      }
      if (this.#waiting.length > 0) this.#sendWaiting();
    });
  }

  #leastBusy(): PooledConnection | undefined {
    const now = performance.now();
    let best: PooledConnection | undefined;
    for (const connection of this.#connections) {
      if (!this.#options.pipelined && connection.underWay > 0) continue;
      if (connection.silence(now) < SUSPICION_MS && (best === undefined || connection.underWay < best.underWay))
        best = connection;
    }
    return best;
  }

  #speaking(): number {
    const now = performance.now();
    return [...this.#connections].filter((connection) => connection.silence(now) < SUSPICION_MS).length;
  }

  #failed(job: Job, error: unknown, connection: PooledConnection): void {
    if (refusesWrites(error)) this.#refusal = { error, at: performance.now() };
    if (spoilsConnection(error)) this.#retire(connection);
    const isStale = isStaleStatement(error);
    if (isStale && connection.pooled && sqlState(error) !== '0A000') this.#named = false;
    const isLost = endsConnection(error) || (sqlState(error) === undefined && connection.dead);
    const mayRunAgain = isStale || (isLost && job.statement.repeatable);
    if (mayRunAgain && job.attempts < MOST_ATTEMPTS && job.expires > performance.now()) this.#send(job);
    else if (isLost)
      job.reject(new ConnectionLostError('the connection was lost before the answer arrived', { cause: error }));
    else job.reject(error);
  }

  /** No more statements go there; those in flight still get their answers. */
  #retire(connection: PooledConnection): void {
    if (this.#connections.delete(connection)) void connection.end();
  }

  #openAnother(): void {
    const { most, pipelined } = this.#options;
    // As many again may open beside the silent ones.
    const open = pipelined ? this.#speaking() : this.#connections.size;
    if (this.#closed || open + this.#opening >= most || this.#connections.size + this.#opening >= 2 * most) return;
    // After a failure, one attempt at a time is enough to notice that the database is back.
    if (this.#failures > 0 && this.#opening > 0) return;
    this.#opening++;
    void this.#open();
  }

  async #open(): Promise<void> {
    let connection: PooledConnection | undefined;
    let lost: Error | undefined;
    try {
      const onError = (error: Error) => {
        lost = error;
        if (connection) this.#lost(connection, error);
      };
      const opened = await this.#options.open(onError);
      connection = new PooledConnection(opened, this.#named ?? !opened.pooled);
      if (lost) {
        void connection.end();
        throw lost;
      }
      this.#isDistributed = connection.distributed;
      this.#connections.add(connection);
      this.#failures = 0;
      this.#opening--;
      if (this.#closed) this.#retire(connection);
    } catch (error) {
      this.#trouble = error;
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures)),
      );
      this.#failures++;
      this.#opening--;
    }
    this.#sendWaiting();
  }

  /** Ends the connections opened beside silent ones once those answer again. */
  #endIdleSpares(): void {
    for (const connection of this.#connections) {
      if (this.#connections.size > this.#options.most && connection.underWay === 0) this.#retire(connection);
    }
  }

  #lost(connection: PooledConnection, error: Error): void {
    connection.dead = true;
    this.#trouble = error;
    this.#connections.delete(connection);
  }

  #sendWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const now = performance.now();
    for (const job of waiting) {
      if (job.expires > now) this.#send(job);
      else job.reject(new WaitedTooLongError('no connection came in time', { cause: this.#trouble }));
    }
  }

  /** Waits a little for running statements, then ends all connections. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    this.#sendWaiting();
    const connections = [...this.#connections];
    this.#connections.clear();
    await Promise.all(connections.map((connection) => connection.end()));
  }
}
