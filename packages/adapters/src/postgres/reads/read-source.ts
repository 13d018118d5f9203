import { type Clock, compareInstants, type Instant, OutdatedError } from '@polaris-telemetry/domain';
import { DEADLINES } from '../deadlines.js';
import type { GiveWay } from './give-way.js';
import type { OpenConnection, ReadConnection } from './read-connection.js';
import { ReadPool, type ReadPoolOptions } from './read-pool.js';
import { beginAmongWrites, beginOnPrimary, beginOnReplica, StaleReplicaError } from './read-transaction.js';
import type { Read } from './reads.js';
import type { ReplicaWatch } from './replica-watch.js';

/** A server to read from, and how a transaction begins there; if that throws, another server may still work. */
export interface ReadSource {
  readonly pool: ReadPool;
  readonly begin: (connection: ReadConnection, limit: number) => Promise<Beginning>;
  readonly insistOnRecent: Read['insistOnRecent'];
}

interface Beginning {
  readonly asOf: Instant;
  /** How many transactions had written by then, where reads give way to them. */
  readonly transactions?: number;
}

type PoolOptions = Omit<ReadPoolOptions, 'open' | 'patience'>;

/** An answer is promised to be at most this old, in seconds. */
const OLDEST_SHOWN = 5;
/** Older ones are shown while a bulk load or a rebuild is worked through: then the last step was at most this long ago. */
const LONGEST_STEP = 10;

export interface PrimaryOptions {
  readonly open: OpenConnection;
  readonly clock: Clock;
  /** Lets these reads give way to writes; absent: they never rest. */
  readonly giveWay?: GiveWay | undefined;
  /** Whether a state that nothing keeps up to date is too old. */
  readonly isBounded?: boolean | undefined;
}

export function primarySource(pool: PoolOptions, { open, clock, giveWay, isBounded }: PrimaryOptions): ReadSource {
  return {
    pool: new ReadPool({ ...pool, open, patience: DEADLINES.connect }),
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
}

export interface ReplicaOptions {
  readonly open: OpenConnection;
  readonly watch: ReplicaWatch;
  readonly clock: Clock;
}

export function replicaSource(pool: PoolOptions, { open, watch, clock }: ReplicaOptions): ReadSource {
  return {
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
