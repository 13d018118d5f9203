import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { openClient } from '../connections/open-client.js';
import { FOLD_LIMITS } from '../connections/session.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { DEADLINES } from '../deadlines.js';
import { GiveWay } from '../reads/give-way.js';
import { checkSomePeople, type PeopleCheck } from './check/check-some-people.js';
import { removeExpiredRetryKeys } from './fold/across-nodes/expired-retry-keys.js';
import { type FoldStep, foldStep, readClock } from './fold/fold-step.js';

/** The shortest pause when there is nothing left to do. */
const SHORTEST_PAUSE_MS = 1_000;
/**
 * How many times as long as the step the pause is. While the same people change all the time, rarer steps have less to do:
 * each reads a person's whole history once, however often it has changed since.
 */
const PAUSE_RATIO = 12;
/** A step, the pause and the next step together take no longer than this: the state is promised to be at most 5 s old. */
const OLDEST_STATE_MS = 4_000;
/** How long a step rests in all between its batches while others write, in milliseconds: its transaction stays open. */
const LONGEST_RESTS_MS = 800;
/** The pause between two checks of a few people, and between two removals of expired retry keys. */
const CHECK_MS = 60_000;

export interface FoldOptions {
  /** Called after each step. */
  readonly onStep?: ((step: FoldStep) => void) | undefined;
  /** Called about once a minute with what a look at a few people found. */
  readonly onCheck?: ((found: PeopleCheck) => void) | undefined;
  /** Called when a step failed; it is retried. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Stops folding; a running step is rolled back. */
  readonly signal: AbortSignal;
}

/**
 * Keeps the fleet's state up to date until the signal ends it. Every process runs this, and the one that gets the
 * lock folds, so there is no leader to elect. It has its own connection: it delays no request, and no request delays it.
 */
export async function runFold(
  settings: DatabaseSettings,
  { onStep, onCheck, onError, signal }: FoldOptions,
): Promise<void> {
  let client: pg.Client | undefined;
  const readers: pg.Client[] = [];
  // The first check waits too: the memory that it takes is more than an idle process needs.
  let checkedAt = performance.now();
  const giveWay = new GiveWay();
  const destroy = () => {
    for (const each of [client, ...readers.splice(0)]) each?.connection.stream.destroy();
    client = undefined;
  };
  const open = async () => {
    const opened = await openClient(settings, { limits: FOLD_LIMITS, pipeline: true, onError: () => {} });
    // Aborted while it was opening, when there was nothing to destroy yet.
    if (signal.aborted) opened.client.connection.stream.destroy();
    return opened.client;
  };
  const openReader = async (number: number) => {
    const reader = readers[number] ?? (await open());
    readers[number] = reader;
    return reader;
  };
  signal.addEventListener('abort', destroy, { once: true });
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      client ??= await open();
      const step = await withinTime(
        destroy,
        foldStep(client, readClock, undefined, { openReader, rest: giveWay.restsWithin(LONGEST_RESTS_MS, signal) }),
      );
      onStep?.(step);
      giveWay.ended(performance.now() - startedAt, step.transactions);
      if (step.more) {
        // A build is awaited; what follows many writes lets these go first.
        if (!step.state.builds.some(({ walking }) => walking)) await giveWay.turn(signal);
        continue;
      }
      for (const reader of readers.splice(0)) reader.connection.stream.destroy();
      if (!step.busy && performance.now() - checkedAt >= CHECK_MS) {
        checkedAt = performance.now();
        const found = await withinTime(destroy, checkSomePeople(client));
        if (found !== undefined) onCheck?.(found);
        if (isDistributed(client)) await withinTime(destroy, removeExpiredRetryKeys(client));
      }
    } catch (error) {
      destroy();
      if (!signal.aborted) onError?.(error);
    }
    const took = performance.now() - startedAt;
    const pause = Math.max(SHORTEST_PAUSE_MS, Math.min(PAUSE_RATIO * took, OLDEST_STATE_MS - 2 * took));
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  destroy();
}

/** A silent server must not block folding for ever. */
async function withinTime<T>(destroy: () => void, work: Promise<T>): Promise<T> {
  const timer = setTimeout(destroy, DEADLINES.foldStep);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
