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

/** A replica further behind than this (milliseconds) is not used; an answer may be 5 s old. */
const LONGEST_LAG_MS = 4_000;
const INTERVAL_MS = 500;

/** Everything committed by a moment stands before this position. */
interface Mark extends LogPosition {
  readonly at: Instant;
  /** The same moment in milliseconds of `performance.now()`. */
  readonly since: number;
}

/**
 * Tracks how far a replica is behind. A replica's own clock and last transaction mean nothing when it is idle or cut off,
 * and an ordinary role may not see its receiver. So we ask the primary twice a second where its log ends: a replica that
 * has replayed that far shows everything committed by then.
 */
export class ReplicaWatch {
  readonly #clock: Clock;
  readonly #end = new AbortController();
  /** Those of the last seconds, newest first. */
  #marks: readonly Mark[] = [];
  #isUsable = false;

  /** @param onChange called when the replica becomes usable, or has been unusable for a while */
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

  /** Whether the replica was close enough at the last check. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Returns the newest moment whose commits a replica at this position has replayed; undefined if too long ago or unknown. */
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
      // A momentary lag is not worth a report.
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
