import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { FLEET_KINDS, type FleetKind } from '../fleet-kinds.js';
import { readFleetState, readFoldClock } from '../fleet-state.js';
import { tryFoldLock } from '../fold/fold-lock.js';
import { parkedKind } from '../fold/park-person.js';
import { checkSomeReaders } from './check-readings.js';
import { comparePeople } from './differing-people.js';

/** How many people of each kind are picked among the records, and as many again among the stored state. */
const SOME = 100;

/** What a look at a few people found. */
export interface PeopleCheck {
  /** How many people were recomputed: none of those whose records have changed since. */
  readonly people: number;
  /** How many of them have a stored state that differs from their records. */
  readonly differing: number;
  /** How many people there are in all whose records were too many or too long to be read. */
  readonly parked: number;
}

/**
 * Recomputes a few random people, and counts those whose stored state differs. Cheap enough to run all the time;
 * `checkFleet` checks everything.
 *
 * @returns undefined while the state is being built, or another process needs what this would have to hold still
 */
export async function checkSomePeople(client: pg.ClientBase): Promise<PeopleCheck | undefined> {
  const isLocked = await beginCheck(client);
  try {
    if (!isLocked) return undefined;
    const { asOf, builds } = await readFleetState(client);
    if (asOf === undefined || builds.some(({ walking }) => walking)) return undefined;
    const clock = await readFoldClock(client);
    const checks = [await checkSomeReaders(client, SOME)];
    for (const kind of FLEET_KINDS)
      checks.push(await comparePeople(client, kind, await someOwners(client, kind), clock));
    const { rows: counted } = await client.query<{ parked: number }>(
      'select count(*)::integer as parked from fleet_person where kind = any ($1)',
      [FLEET_KINDS.map(parkedKind)],
    );
    const people = checks.reduce((sum, { compared }) => sum + compared, 0);
    const differing = checks.reduce((sum, check) => sum + check.differing, 0);
    return { people, differing, parked: counted[0]?.parked ?? 0 };
  } finally {
    await client.query('commit');
  }
}

/** Only the stored state knows people who have no record any more. */
async function someOwners(client: pg.ClientBase, { name, current, owner }: FleetKind): Promise<readonly string[]> {
  const begin = randomUUID();
  const owners = new Set<string>();
  for (const statement of [
    `select ${owner} as owner from ${name} where uuid >= $1 order by uuid limit $2`,
    `select ${owner} as owner from ${current} where ${owner} >= $1 order by ${owner} limit $2`,
  ]) {
    const { rows } = await client.query<{ owner: string }>(statement, [begin, SOME]);
    for (const row of rows) owners.add(row.owner);
  }
  return [...owners];
}

/**
 * Begins a transaction in which records and stored state agree: in one snapshot or, where the nodes of a distributed
 * database have none in common, while nobody folds.
 *
 * @returns false while somebody folds
 */
async function beginCheck(client: pg.ClientBase): Promise<boolean> {
  const needsLock = isDistributed(client);
  await client.query(`begin isolation level ${needsLock ? 'read committed' : 'repeatable read'} read only`);
  return !needsLock || (await tryFoldLock(client));
}
