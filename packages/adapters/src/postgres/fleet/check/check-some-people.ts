import type pg from 'pg';
import { instantOf } from '../../records/timestamp-text.js';
import { FLEET_KINDS, type FleetKind } from '../fleet-kinds.js';
import { readFleetState } from '../fleet-state.js';
import { parkedKind } from '../fold/park-person.js';
import { checkSomeReaders } from './check-readings.js';
import { differingPeople, settledOwners } from './differing-people.js';

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
 * @returns undefined while the state is being built
 */
export async function checkSomePeople(client: pg.ClientBase): Promise<PeopleCheck | undefined> {
  await client.query('begin isolation level repeatable read read only');
  try {
    const { asOf, builds } = await readFleetState(client);
    if (asOf === undefined || builds.some(({ walking }) => walking)) return undefined;
    const { rows } = await client.query<{ clock: string }>('select clock from fleet_state');
    const clock = rows[0]?.clock ?? '-infinity';
    const readers = await checkSomeReaders(client, SOME);
    let { people, differing } = readers;
    for (const kind of FLEET_KINDS) {
      const owners = await settledOwners(client, kind, await someOwners(client, kind), clock);
      people += owners.length;
      differing += await differingPeople(client, kind, owners, instantOf(clock));
    }
    const { rows: counted } = await client.query<{ parked: number }>(
      'select count(*)::integer as parked from fleet_person where kind = any ($1)',
      [FLEET_KINDS.map(parkedKind)],
    );
    return { people, differing, parked: counted[0]?.parked ?? 0 };
  } finally {
    await client.query('commit');
  }
}

/** Only the stored state knows people who have no record any more. */
async function someOwners(client: pg.ClientBase, { name, current, owner }: FleetKind): Promise<readonly string[]> {
  const { rows } = await client.query<{ owner: string }>(
    `(select ${owner} as owner from ${name} where uuid >= (select gen_random_uuid()::text) order by uuid limit $1)
     union
     (select ${owner} from ${current} where ${owner} >= (select gen_random_uuid()::text) order by ${owner} limit $1)`,
    [SOME],
  );
  return rows.map((row) => row.owner);
}
