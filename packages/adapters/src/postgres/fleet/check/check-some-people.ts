import type pg from 'pg';
import { instantOf } from '../../records/timestamp-text.js';
import { FLEET_KINDS } from '../fleet-kinds.js';
import { readFleetState } from '../fleet-state.js';
import { parkedKind } from '../fold/park-person.js';
import { differingAmongSome } from './check-readings.js';
import { differingPeople, settledOwners } from './differing-people.js';

/** How many people of each kind are checked. */
const SOME = 20;

/** What a look at a few people found. */
export interface PeopleCheck {
  /** How many of them have a stored state that differs from their records. */
  readonly differing: number;
  /** How many people there are in all whose records were too many or too long to be read. */
  readonly parked: number;
}

/**
 * Recomputes a few random people, and counts those whose stored state differs. Cheap enough to run all the time;
 * `checkFleet` checks everything.
 *
 * @returns undefined while the state is being built
 */
export async function checkSomePeople(client: pg.ClientBase): Promise<PeopleCheck | undefined> {
  await client.query('begin isolation level repeatable read read only');
  try {
    const { asOf, builds } = await readFleetState(client);
    if (asOf === undefined || builds.some(({ walking }) => walking)) return undefined;
    const { rows } = await client.query<{ clock: string }>('select clock from fleet_state');
    const clock = rows[0]?.clock ?? '-infinity';
    let differing = 0;
    for (const kind of FLEET_KINDS) {
      const { rows: found } = await client.query<{ owner: string }>(
        `select distinct owner from (select ${kind.owner} as owner from ${kind.name}
           where uuid >= (select gen_random_uuid()::text) order by uuid limit $1) as picked`,
        [SOME],
      );
      const owners = found.map(({ owner }) => owner);
      differing += await differingPeople(
        client,
        kind,
        await settledOwners(client, kind, owners, clock),
        instantOf(clock),
      );
    }
    differing += await differingAmongSome(client, SOME);
    const { rows: counted } = await client.query<{ parked: number }>(
      'select count(*)::integer as parked from fleet_person where kind = any ($1)',
      [FLEET_KINDS.map(parkedKind)],
    );
    return { differing, parked: counted[0]?.parked ?? 0 };
  } finally {
    await client.query('commit');
  }
}
