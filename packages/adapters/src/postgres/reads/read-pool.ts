import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionLostError, TooManyWaitingError } from '../failures.js';
import { type OpenConnection, ReadConnection } from './read-connection.js';
import { unlessAborted } from './unless-aborted.js';

/** After a failed attempt to connect, the next one waits twice as long, up to this (milliseconds). */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;

export interface ReadPoolOptions {
  readonly open: OpenConnection;
  /** The maximum number of connections; they open when needed. */
  readonly size: number;
  /**
   * Makes a connection ready: a new one has yet to learn of each table. Where it is given, all connections open once one is
   * needed, so that only the first reader waits for that.
   */
  readonly warmUp?: ((connection: ReadConnection) => Promise<unknown>) | undefined;
  /** How many readers may wait for one; any further one fails at once. */
  readonly mostWaiting: number;
  /** How long a reader tries to connect to an unreachable server, in milliseconds. */
  readonly patience: number;
}

/** How busy a pool's connections are. */
export interface PoolStatistics {
  /** Open connections. */
  readonly total: number;
  /** Idle connections. */
  readonly idle: number;
  /** Callers waiting for one. */
  readonly waiting: number;
}

/** Adds up how busy several pools are. */
export function sumOfPools(pools: readonly PoolStatistics[]): PoolStatistics {
  return {
    total: pools.reduce((sum, { total }) => sum + total, 0),
    idle: pools.reduce((sum, { idle }) => sum + idle, 0),
    waiting: pools.reduce((sum, { waiting }) => sum + waiting, 0),
  };
}

/** A few connections to one server. Each reader has one to itself; the others wait in order of arrival. */
export class ReadPool {
  readonly #options: ReadPoolOptions;
  readonly #idle: ReadConnection[] = [];
  readonly #used = new Set<ReadConnection>();
  readonly #waiting = new Set<() => void>();
  /** Readers take places: each has a connection, or opens one. */
  #taken = 0;
  #closed = false;

  constructor(options: ReadPoolOptions) {
    this.#options = options;
  }

  get statistics(): PoolStatistics {
    return { total: this.#idle.length + this.#used.size, idle: this.#idle.length, waiting: this.#waiting.size };
  }

  /**
   * Lends a connection to a reader, which waits if none is free.
   *
   * @param signal ends the reading, in the database too
   * @throws TooManyWaitingError, ConnectionLostError, what reading throws, or the signal's reason
   */
  async use<Answer>(signal: AbortSignal, read: (connection: ReadConnection) => Promise<Answer>): Promise<Answer> {
    const connection = await this.#acquire(signal);
    try {
      return await unlessAborted(read(connection), signal);
    } catch (error) {
      if (!signal.aborted) throw connection.meaningOf(error);
      await connection.abandon();
      throw signal.reason;
    } finally {
      this.#release(connection);
    }
  }

  /** Ends all connections, and cancels what they run in the database. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting) wake();
    await Promise.all([
      ...[...this.#used].map((connection) => connection.abandon()),
      ...this.#idle.splice(0).map((connection) => connection.end()),
    ]);
  }

  async #acquire(signal: AbortSignal): Promise<ReadConnection> {
    signal.throwIfAborted();
    await this.#place(signal);
    const connecting = this.#connected(signal);
    try {
      return await unlessAborted(connecting, signal);
    } catch (error) {
      // The next reader may find it open.
      connecting.then(
        (connection) => this.#release(connection),
        () => this.#leave(),
      );
      throw error;
    }
  }

  /** Takes a connection back; a dead one is replaced when needed. */
  #release(connection: ReadConnection): void {
    this.#used.delete(connection);
    if (this.#closed) void connection.end();
    else if (!connection.isDead) this.#idle.push(connection);
    this.#leave();
  }

  /** Takes a place, or waits for one; there are as many places as connections. */
  async #place(signal: AbortSignal): Promise<void> {
    if (this.#taken < this.#options.size) {
      this.#taken++;
      return;
    }
    if (this.#waiting.size >= this.#options.mostWaiting) throw new TooManyWaitingError();
    let wake: () => void = () => {};
    const turn = new Promise<void>((resolve) => {
      wake = resolve;
      this.#waiting.add(wake);
    });
    try {
      await unlessAborted(turn, signal);
    } catch (error) {
      // The place may have been handed over at the same moment.
      if (!this.#waiting.delete(wake)) this.#leave();
      throw error;
    }
  }

  /** Hands the place to the reader that has waited longest. */
  #leave(): void {
    const [wake] = this.#waiting;
    if (wake === undefined) {
      this.#taken--;
      return;
    }
    this.#waiting.delete(wake);
    wake();
  }

  #openOthers(): void {
    const { open, size, warmUp } = this.#options;
    if (warmUp === undefined) return;
    while (this.#taken < size) {
      this.#taken++;
      ReadConnection.open(open).then(
        (connection) => {
          this.#used.add(connection);
          const release = () => this.#release(connection);
          return warmUp(connection).then(release, release);
        },
        () => this.#leave(),
      );
    }
  }

  async #connected(signal: AbortSignal): Promise<ReadConnection> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isDead) continue;
      this.#used.add(idle);
      return idle;
    }
    this.#openOthers();
    const { open, patience } = this.#options;
    const until = performance.now() + patience;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      if (this.#closed) throw new ConnectionLostError('the connections are closed');
      try {
        const connection = await ReadConnection.open(open);
        this.#used.add(connection);
        return connection;
      } catch (error) {
        if (performance.now() + pause > until) {
          throw new ConnectionLostError('no connection came in time', { cause: error });
        }
        await sleep(pause, undefined, { signal });
      }
    }
  }
}
