import type { Clock } from '@polaris-telemetry/domain';
import type { OperationDeadlines } from '../deadlines.js';
import { domainError, TooManyWaitingError, WaitedTooLongError } from '../failures.js';
import { type CallObserver, observedCall } from '../statements/observed-call.js';
import type { GiveWay } from './give-way.js';
import type { OpenConnection, ReadConnection } from './read-connection.js';
import { type PoolStatistics, type ReadPool, type ReadPoolOptions, sumOfPools } from './read-pool.js';
import {
  type PrimaryOptions,
  primarySource,
  type ReadSource,
  type ReplicaOptions,
  replicaSource,
} from './read-source.js';
import { end, StaleReplicaError } from './read-transaction.js';
import type { Read, ReadOptions, Reads } from './reads.js';
import type { ReplicaWatch } from './replica-watch.js';
import { type WarmUp, warmOne } from './warm-up.js';

/** How busy the readers' connections are. */
export interface ReadStatistics {
  /** The connections to both servers, if there are two. */
  readonly pool: PoolStatistics;
  /** Whether the replica is close enough to use; undefined without one. */
  readonly replicaUsable: boolean | undefined;
}

/** The pool is one of each server's. */
export interface ReadsOptions
  extends Pick<ReadPoolOptions, 'size' | 'mostWaiting'>,
    Pick<PrimaryOptions, 'giveWay' | 'isBounded'> {
  readonly primary: OpenConnection;
  /** Absent: the primary answers everything. */
  readonly replica?: Omit<ReplicaOptions, 'clock'> | undefined;
  readonly clock: Clock;
  /** How long a read may take: its statements in the server, and the call here. */
  readonly deadlines: Pick<OperationDeadlines, 'statement' | 'call'>;
  /** Reads once on each new connection; then all of them open once one is needed. */
  readonly warmUp?: WarmUp | undefined;
  /** Returns the signal of a read that is given none. */
  readonly callerSignal?: (() => AbortSignal | undefined) | undefined;
  readonly observe?: CallObserver | undefined;
}

/** How often to ask the primary again after a connection turns out to be dead. */
const MOST_RETRIES = 2;

/** The readers' connections. They connect on first use only. */
export class PostgresReads implements Reads {
  readonly #observe: CallObserver | undefined;
  readonly #callerSignal: ReadsOptions['callerSignal'];
  readonly #deadlines: ReadsOptions['deadlines'];
  readonly #giveWay: GiveWay | undefined;
  readonly #primary: ReadSource;
  readonly #replica: ReadSource | undefined;
  readonly #watch: ReplicaWatch | undefined;

  constructor({
    primary,
    replica,
    clock,
    deadlines,
    isBounded,
    giveWay,
    warmUp,
    callerSignal,
    observe,
    ...sizes
  }: ReadsOptions) {
    const pool = { ...sizes, warmUp: warmUp && ((connection: ReadConnection) => warmOne(connection, warmUp, clock)) };
    this.#callerSignal = callerSignal;
    this.#deadlines = deadlines;
    this.#giveWay = giveWay;
    this.#observe = observe;
    this.#primary = primarySource(pool, { open: primary, clock, giveWay, isBounded });
    this.#replica = replica && replicaSource(pool, { ...replica, clock });
    this.#watch = replica?.watch;
  }

  run<Answer>(name: string, work: (read: Read) => Promise<Answer>, options: ReadOptions = {}): Promise<Answer> {
    const signal = options.signal ?? this.#callerSignal?.();
    return observedCall(this.#observe, name, () => this.#run(work, signal));
  }

  stats(): ReadStatistics {
    const pools = this.#pools().map(({ statistics }) => statistics);
    return { pool: sumOfPools(pools), replicaUsable: this.#watch?.isUsable };
  }

  /** Ends every connection, and cancels what runs on it in the database. */
  async close(): Promise<void> {
    await Promise.all(this.#pools().map((pool) => pool.close()));
  }

  #pools(): readonly ReadPool[] {
    return this.#replica ? [this.#primary.pool, this.#replica.pool] : [this.#primary.pool];
  }

  async #run<Answer>(work: (read: Read) => Promise<Answer>, caller: AbortSignal | undefined): Promise<Answer> {
    const { statement, call } = this.#deadlines;
    const started = performance.now();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new WaitedTooLongError('waited too long')), call);
    const signal = caller ? AbortSignal.any([caller, late.signal]) : late.signal;
    const primary = this.#primary;
    const giveWay = this.#giveWay;
    let hasConnected = false;
    let hasBegun = false;

    async function readFrom({ pool, begin, insistOnRecent }: ReadSource): Promise<Answer> {
      hasConnected = false;
      return await pool.use(signal, async (connection) => {
        hasConnected = true;
        await giveWay?.turn(signal);
        const beganAt = performance.now();
        let transactions: number | undefined;
        try {
          const beginning = await begin(connection, started + statement - beganAt);
          hasBegun = true;
          transactions = beginning.transactions;
          const othersWrite = giveWay?.othersWrite ?? false;
          const { db, isDistributed } = connection;
          return await work({ db, isDistributed, asOf: beginning.asOf, insistOnRecent, othersWrite });
        } finally {
          await end(connection);
          giveWay?.ended(performance.now() - beganAt, transactions);
        }
      });
    }

    async function readFromFirst(source: ReadSource, ...others: readonly ReadSource[]): Promise<Answer> {
      const [next, ...rest] = others;
      try {
        return await readFrom(source);
      } catch (error) {
        // Work that has begun may have passed results on, and what is too much for the replica is too much for the primary.
        const isFinal =
          (hasBegun && !(error instanceof StaleReplicaError)) || signal.aborted || error instanceof TooManyWaitingError;
        const isAway = source === primary && !hasConnected;
        if (isFinal || isAway || next === undefined) throw error;
        return await readFromFirst(next, ...rest);
      }
    }

    const first = this.#replica !== undefined && this.#watch?.isUsable ? this.#replica : primary;
    try {
      return await readFromFirst(first, ...Array.from({ length: MOST_RETRIES }, () => primary));
    } catch (error) {
      throw domainError(error);
    } finally {
      clearTimeout(timer);
    }
  }
}
