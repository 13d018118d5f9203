import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { isCollision } from '../../failures.js';
import { COUNT_TRANSACTIONS } from '../../reads/give-way.js';
import { instantOf } from '../../records/timestamp-text.js';
import { RECORD_TABLE_NAMES } from '../../tables.js';
import { FLEET_KINDS } from '../fleet-kinds.js';
import { type FleetState, readFleetState } from '../fleet-state.js';
import { PHONES_KIND, READINGS_KIND } from '../readings.js';
import { moveNotes } from './across-nodes/move-notes.js';
import { noteWhoIsAhead, readDue } from './due-people.js';
import { tryFoldLock } from './fold-lock.js';
import { type Note, putBack, takeNotes } from './notes.js';
import { kindsThatWait } from './owners-index.js';
import type { ReadLimits } from './read-limits.js';
import { Recomputation, type Rest } from './recompute.js';
import type { OpenReader } from './snapshot-reader.js';
import { storeReadings } from './store-readings.js';
import { walkPeopleOn } from './walk-people.js';
import { walkReadingsOn } from './walk-readings.js';
import { beginWalks, walksUnderWay } from './walks.js';

/** How many people one step folds; more would block the event loop for longer. */
const MOST_PEOPLE = 500;
/** After this long (milliseconds), people with very many records wait for the next step. */
const LONGEST_STEP_MS = 2_000;

/** The outcome of a step. */
export interface FoldStep {
  /** Another process is folding. */
  readonly busy: boolean;
  /** There is more to do right away. */
  readonly more: boolean;
  readonly people: number;
  /** How many of them have too much data to read: their stored state stays as it is. */
  readonly parked: number;
  readonly state: FleetState;
  /** How many transactions had written to the server by then. */
  readonly transactions: number;
}

export interface StepOptions {
  /** Opens the connections on which a build reads; without them it reads on that of the step. */
  readonly openReader?: OpenReader | undefined;
  /** Called between batches of noted people; without it the next one follows at once. */
  readonly rest?: Rest | undefined;
}

const BUSY = { busy: true, more: false, people: 0, parked: 0 };

/** Reads the database's clock, which dates everything, so that all processes agree. */
export async function readClock(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ clock: string }>(`select clock_timestamp() at time zone 'UTC' as clock`);
  return rows[0]?.clock ?? '-infinity';
}

/**
 * Takes noted people, and people who are due, and brings their stored state up to date, in one transaction.
 *
 * The clock is read before the transaction takes its snapshot. So the step sees everything committed by then, notes
 * included, and once no note is left everything holds as of that clock. The whole step sees one snapshot: a person's
 * records, revisions and stored state agree. If another process has folded in between, the snapshot is older than the
 * lock; locking the state's row reveals that.
 *
 * The nodes of a distributed database share no snapshot. There, notes are moved here first, and a person's records and
 * revisions are read by one statement of one node: whatever is written later leaves a note for the next step.
 */
export async function foldStep(
  client: pg.ClientBase,
  clockOf: typeof readClock = readClock,
  limits?: ReadLimits,
  options: StepOptions = {},
): Promise<FoldStep> {
  const clock = await clockOf(client);
  try {
    const moved = isDistributed(client) ? await moveNotes(client) : undefined;
    if (moved?.busy) return { ...BUSY, ...(await look(client)) };
    await client.query('begin isolation level repeatable read read write');
    const isLocked = await tryFoldLock(client);
    const done = isLocked ? await foldLocked(client, clock, moved?.more === true, limits, options) : BUSY;
    const seen = await look(client);
    await client.query('commit');
    return { ...done, ...seen };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    if (isCollision(error)) return { ...BUSY, ...(await look(client)) };
    throw error;
  }
}

/** What holds after a step, whoever has folded. */
async function look(client: pg.ClientBase): Promise<Pick<FoldStep, 'state' | 'transactions'>> {
  const state = await readFleetState(client);
  const { rows } = await client.query<{ number: string }>(COUNT_TRANSACTIONS);
  return { state, transactions: Number(rows[0]?.number) };
}

async function foldLocked(
  client: pg.ClientBase,
  clock: string,
  moreToMove: boolean,
  limits: ReadLimits | undefined,
  { openReader, rest = async () => {} }: StepOptions,
): Promise<Omit<FoldStep, 'state' | 'transactions'>> {
  // A truncation locks the records before what is derived from them: in another order the two would deadlock.
  await client.query(`lock table ${RECORD_TABLE_NAMES.join()} in access share mode`);
  await client.query(`select from fleet_state for update`);
  await noteWhoIsAhead(client, clock);
  const asOf = instantOf(clock);
  const { notes, more: moreNotes } = await takeNotes(client, MOST_PEOPLE, await kindsThatWait(client));
  const whole = notes.filter(({ owner }) => owner === null).map(({ kind }) => kind);
  // A reading's phone is an installation of its patient.
  await beginWalks(client, whole.includes(PHONES_KIND) ? [...whole, READINGS_KIND] : whole);
  const due = await readDue(client, clock, MOST_PEOPLE);
  let people = 0;
  let parked = 0;
  const left: Note[] = [];
  const end = performance.now() + LONGEST_STEP_MS;
  for (const kind of FLEET_KINDS) {
    const theirs = [...notes, ...due].filter((each) => each.kind === kind.name).flatMap(({ owner }) => owner ?? []);
    const owners = [...new Set(theirs)];
    if (owners.length === 0) continue;
    const recomputation = new Recomputation(client, kind, asOf, limits);
    const done = await recomputation.bringUpToDate(owners, () => performance.now() > end, rest);
    await recomputation.finish();
    for (const owner of owners.slice(done)) left.push({ kind: kind.name, owner });
    people += done;
    parked += recomputation.parked;
  }
  await putBack(client, left);
  const patients = notes.filter(({ kind }) => kind === READINGS_KIND || kind === PHONES_KIND);
  const readings = await storeReadings(
    client,
    patients.flatMap(({ owner }) => owner ?? []),
  );
  parked += readings.parked;
  const [walked, walkedReadings] = await allEnded(
    walkPeopleOn(client, asOf, limits, openReader),
    walkReadingsOn(client),
  );
  people += walked.people + walkedReadings.patients;
  parked += walked.parked + walkedReadings.parked;
  const unfinished = left.length > 0 || moreNotes || moreToMove || due.length === MOST_PEOPLE;
  // A build, the first or a later one, holds as of the clock only once it is complete.
  await client.query(
    `update fleet_state set round = round + 1, clock = $1::timestamp,
       as_of = case when $2::boolean and (select bool_and(built and not walking) from fleet_build) then $1::timestamp else as_of end`,
    [clock, !unfinished],
  );
  const canWalk = (await walksUnderWay(client)).some(({ isReady }) => isReady);
  return { busy: false, more: unfinished || canWalk, people, parked };
}

/** Like `Promise.all`, but fails only when both have ended: the other would go on after the rollback. */
async function allEnded<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<readonly [One, Other]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}
