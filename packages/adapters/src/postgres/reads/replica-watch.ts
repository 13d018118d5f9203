import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { OwnConnection } from '../connections/own-connection.js';
import { DEADLINES } from '../deadlines.js';
import type { OpenConnection } from './read-connection.js';
import {
  END_OF_LOG,
  hasReached,
  type LogPosition,
  REPLICA_POSITION,
  type ReplicaPosition,
} from './replica-position.js';

/** A replica further behind than this is not asked (milliseconds); an answer may be 5 s old. */
const LONGEST_LAG_MS = 4_000;
const INTERVAL_MS = 500;

/** Everything that was committed by a moment stands before this position. */
interface Mark extends LogPosition {
  readonly at: Instant;
  /** The same moment in milliseconds of `performance.now()`. */
  readonly since: number;
}

/**
 * Knows how far a replica is behind. A replica's own clock and last transaction say nothing when it is idle or cut off, and
 * an ordinary role may not see its receiver. So the primary is asked, twice a second, where its log ends: a replica that
 * has replayed as much shows everything that was committed by then.
 */
export class ReplicaWatch {
  readonly #clock: Clock;
  readonly #end = new AbortController();
  /** Of the last seconds, newest first. */
  #marks: readonly Mark[] = [];
  #isUsable = false;

  /** @param onChange called when the replica has become usable, or has not been for a while */
  constructor(
    primary: OpenConnection,
    replica: OpenConnection,
    clock: Clock,
    onChange: (isUsable: boolean) => void = () => {},
  ) {
    this.#clock = clock;
    const connections = [primary, replica].map((open) => new OwnConnection(open, DEADLINES.probe));
    void this.#watch(connections as [OwnConnection, OwnConnection], onChange);
  }

  /** Whether the replica was close enough when it was last asked. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** The newest moment whose commits a replica at this position has replayed; undefined when that is too long ago, or unknown. */
  ageOf(position: ReplicaPosition): Instant | undefined {
    const oldest = performance.now() - LONGEST_LAG_MS;
    return this.#marks.find((mark) => mark.since >= oldest && hasReached(position, mark))?.at;
  }

  close(): void {
    this.#end.abort();
  }

  async #watch(
    [primary, replica]: readonly [OwnConnection, OwnConnection],
    onChange: (isUsable: boolean) => void,
  ): Promise<void> {
    const { signal } = this.#end;
    let reported: boolean | undefined;
    let usableAt = performance.now();
    while (!signal.aborted) {
      await this.#look(primary, replica);
      if (this.#isUsable) usableAt = performance.now();
      // That it lags for a moment is nothing to report.
      const isUsable = this.#isUsable || (performance.now() - usableAt < LONGEST_LAG_MS ? reported : false);
      if (isUsable !== undefined && isUsable !== reported) onChange(isUsable);
      reported = isUsable;
      await sleep(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => {});
    }
    await Promise.all([primary.close(), replica.close()]);
  }

  async #look(primary: OwnConnection, replica: OwnConnection): Promise<void> {
    const at = this.#clock.now();
    const since = performance.now();
    const [end, position] = await Promise.all([
      primary.ask((client) => onlyRow<LogPosition>(client, END_OF_LOG)).catch(() => undefined),
      replica.ask((client) => onlyRow<ReplicaPosition>(client, REPLICA_POSITION)).catch(() => undefined),
    ]);
    const recent = this.#marks.filter((mark) => mark.since >= since - LONGEST_LAG_MS);
    this.#marks = end === undefined ? recent : [{ ...end, at, since }, ...recent];
    this.#isUsable = position !== undefined && this.ageOf(position) !== undefined;
  }
}

async function onlyRow<Row>(client: pg.Client, question: string): Promise<Row | undefined> {
  return (await client.query(question)).rows[0];
}
