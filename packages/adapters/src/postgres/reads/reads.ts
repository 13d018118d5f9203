import type { Instant } from '@polaris-telemetry/domain';
import type { Kysely } from 'kysely';
import type { Database } from '../tables.js';

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
  /** Whether Citus distributes the tables of records: statements then keep within its limits (docs/citus.md). */
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
