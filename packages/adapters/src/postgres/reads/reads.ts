import { type Clock, compareInstants, type Instant, OutdatedError } from '@polaris-telemetry/domain';
import { type Kysely, sql } from 'kysely';
import { DEADLINES, type OperationDeadlines } from '../deadlines.js';
import { domainError, TooManyWaitingError, WaitedTooLongError } from '../failures.js';
import { type CallObserver, observedCall } from '../statements/observed-call.js';
import type { Database } from '../tables.js';
import type { GiveWay } from './give-way.js';
import type { OpenConnection, ReadConnection } from './read-connection.js';
import { type PoolStatistics, ReadPool, type ReadPoolOptions, sumOfPools } from './read-pool.js';
import { beginAmongWrites, beginOnPrimary, beginOnReplica, end, StaleReplicaError } from './read-transaction.js';
import type { ReplicaWatch } from './replica-watch.js';
import { unlessAborted } from './unless-aborted.js';

/** What a query receives. */
export interface Read {
  /** Reads one state of the database throughout. Writes fail. */
  readonly db: Kysely<Database>;
  /** Everything committed by then is in that state. On a replica it is up to 4.5 s ago. */
  readonly asOf: Instant;
  /**
   * Fails if what the answer rests on is older than a reader may be shown. On the replica the primary then answers instead:
   * it may have it newer. To be called before anything is passed on.
   */
  readonly insistOnRecent: (state: DerivedState) => void;
  /** Whether others write, if these reads give way to them: a small piece of work is then better than a large one. */
  readonly othersWrite: boolean;
  /** Whether Citus distributes the tables of records: statements then keep within its limits (docs/scaling.md, "Sharding"). */
  readonly isDistributed: boolean;
}

/** What an answer rests on, if that is derived from the records in steps. */
export interface DerivedState {
  readonly asOf: Instant;
  /** In seconds, by the clock of the primary: how long ago that was … */
  readonly age: number;
  /** … and the last step. */
  readonly idle: number;
}

export interface ReadOptions {
  /** Ends the read, in the database too, when the caller goes away. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs the reads of the `…Queries` adapters. */
export interface Reads {
  /**
   * Runs one caller's statements in their own read-only transaction, on the replica if there is one close enough. It never
   * takes a connection from the repositories.
   *
   * @param name names the query in metrics and traces, for example `mobile.list`: never a value
   * @param work runs once; all of its statements are cancelled once their shared time is up
   * @throws UnavailableError if too many already wait, or after the time for a read; the reason of the caller's signal
   */
  run<Answer>(name: string, work: (read: Read) => Promise<Answer>, options?: ReadOptions): Promise<Answer>;
}

/** How busy the readers' connections are. */
export interface ReadStatistics {
  /** The connections to both servers, if there are two. */
  readonly pool: PoolStatistics;
  /** Whether the replica is close enough to use; undefined without one. */
  readonly replicaUsable: boolean | undefined;
}

/** The pool is one of each server's. */
export interface ReadsOptions extends Pick<ReadPoolOptions, 'size' | 'mostWaiting'> {
  readonly primary: OpenConnection;
  /** Absent: the primary answers everything. */
  readonly replica?: { readonly open: OpenConnection; readonly watch: ReplicaWatch } | undefined;
  readonly clock: Clock;
  /** How long a read may take: its statements in the server, and the call here. */
  readonly deadlines: Pick<OperationDeadlines, 'statement' | 'call'>;
  /** Reads once on each new connection; then all of them open once one is needed. */
  readonly warmUp?: ((read: Read) => Promise<unknown>) | undefined;
  /** Whether a state that nothing keeps up to date is too old. */
  readonly isBounded?: boolean | undefined;
  /** Lets these reads give way to writes; absent: they never rest. */
  readonly giveWay?: GiveWay | undefined;
  /** Returns the signal of a read that is given none. */
  readonly callerSignal?: (() => AbortSignal | undefined) | undefined;
  readonly observe?: CallObserver | undefined;
}

interface Beginning {
  readonly asOf: Instant;
  /** How many transactions had written by then, where reads give way to them. */
  readonly transactions?: number;
}

/** A server to read from, and how a transaction begins there; if that throws, another server may still work. */
interface Source {
  readonly pool: ReadPool;
  readonly begin: (connection: ReadConnection, limit: number) => Promise<Beginning>;
  readonly insistOnRecent: Read['insistOnRecent'];
}

/** An answer is promised to be at most this old, in seconds. */
const OLDEST_SHOWN = 5;
/** Older ones are shown while a bulk load or a rebuild is worked through: then the last step was at most this long ago. */
const LONGEST_STEP = 10;
/** How often to ask the primary again after a connection turns out to be dead. */
const MOST_RETRIES = 2;

/** The readers' connections. They connect on first use only. */
export class PostgresReads implements Reads {
  readonly #observe: CallObserver | undefined;
  readonly #callerSignal: ReadsOptions['callerSignal'];
  readonly #deadlines: ReadsOptions['deadlines'];
  readonly #giveWay: GiveWay | undefined;
  readonly #primary: Source;
  readonly #replica: (Source & { readonly watch: ReplicaWatch }) | undefined;

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
    this.#primary = {
      pool: new ReadPool({ ...pool, open: primary, patience: DEADLINES.connect }),
      async begin(connection, limit) {
        const asOf = clock.now();
        if (giveWay) return { asOf, transactions: await beginAmongWrites(connection, limit) };
        await beginOnPrimary(connection, limit);
        return { asOf };
      },
      insistOnRecent({ age, idle }) {
        if (isBounded && age > OLDEST_SHOWN && idle > LONGEST_STEP) {
          throw new OutdatedError(`the state is ${age} s old, and the last step was ${idle} s ago`);
        }
      },
    };
    if (replica === undefined) return;
    const { open, watch } = replica;
    this.#replica = {
      watch,
      // Never wait for an unreachable replica.
      pool: new ReadPool({ ...pool, open, patience: 0 }),
      begin: async (connection, limit) => ({
        asOf: await beginOnReplica(connection, (position) => watch.ageOf(position), limit),
      }),
      insistOnRecent({ asOf }) {
        const shownUntil = { ...asOf, epochSeconds: asOf.epochSeconds + OLDEST_SHOWN };
        if (compareInstants(shownUntil, clock.now()) < 0) throw new StaleReplicaError();
      },
    };
  }

  run<Answer>(name: string, work: (read: Read) => Promise<Answer>, options: ReadOptions = {}): Promise<Answer> {
    const signal = options.signal ?? this.#callerSignal?.();
    return observedCall(this.#observe, name, () => this.#run(work, signal));
  }

  stats(): ReadStatistics {
    const pools = this.#pools().map(({ statistics }) => statistics);
    return {
      pool: sumOfPools(pools),
      replicaUsable: this.#replica?.watch.isUsable,
    };
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

    async function readFrom({ pool, begin, insistOnRecent }: Source): Promise<Answer> {
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

    async function readFromFirst(source: Source, ...others: readonly Source[]): Promise<Answer> {
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

    const first = this.#replica?.watch.isUsable ? this.#replica : primary;
    try {
      return await readFromFirst(first, ...Array.from({ length: MOST_RETRIES }, () => primary));
    } catch (error) {
      throw domainError(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Lets a new connection read once. Whatever comes of it, it can be used afterwards, unless it has not answered in time. */
async function warmOne(
  connection: ReadConnection,
  warmUp: NonNullable<ReadsOptions['warmUp']>,
  clock: Clock,
): Promise<void> {
  const late = AbortSignal.timeout(DEADLINES.connect);
  const read = async () => {
    try {
      await beginOnPrimary(connection, DEADLINES.connect);
      // A reader may want the connection meanwhile.
      await sql`set local lock_timeout = '50ms'`.execute(connection.db);
      const { db, isDistributed } = connection;
      await warmUp({ db, isDistributed, asOf: clock.now(), insistOnRecent: () => {}, othersWrite: false });
    } finally {
      await end(connection);
    }
  };
  await unlessAborted(read(), late).catch(() => (late.aborted ? connection.abandon() : undefined));
}
