import type pg from 'pg';
import { openClient } from '../../connections/open-client.js';
import { NO_LIMITS } from '../../connections/session.js';
import type { DatabaseSettings } from '../../connections/settings.js';
import { FLEET_KINDS } from '../fleet-kinds.js';
import { readFleetState, readFoldClock } from '../fleet-state.js';
import { checkPeople } from './check-people.js';
import { checkReadings, countWrongReadingSums } from './check-readings.js';
import { checkPeopleInStretches, checkReadingsInStretches } from './check-stretches.js';
import type { KindCheck } from './kind-check.js';
import { countWrongSums } from './wrong-sums.js';

/** How many people of each kind are recomputed. */
const SAMPLE = 1_000;

/** The result of checking the fleet's state. */
export interface FleetCheck {
  /** False before the first build has finished, and while a rebuild runs: there is nothing to check. */
  readonly isBuilt: boolean;
  readonly kinds: readonly KindCheck[];
  /** Ledger entries, groups, versions, products and sums of readings that differ from what they sum up. */
  readonly wrongSums: number;
  readonly isExact: boolean;
}

/**
 * Compares the fleet's state with the records, in one snapshot; on a distributed database, stretch by stretch. Reads whole
 * tables; changes nothing.
 */
export async function checkFleet(settings: DatabaseSettings): Promise<FleetCheck> {
  const { client, distributed } = await openClient(settings, { limits: NO_LIMITS });
  try {
    if (!distributed) await client.query(ONE_SNAPSHOT);
    if (!(await isBuilt(client))) return { isBuilt: false, kinds: [], wrongSums: 0, isExact: false };
    const kinds = distributed ? await checkAcrossNodes(client) : await checkHere(client);
    // The sums and what they add up are all on one server.
    if (distributed) await client.query(ONE_SNAPSHOT);
    const wrongSums = (await countWrongSums(client)) + (await countWrongReadingSums(client));
    const isExact = wrongSums === 0 && kinds.every((kind) => kind.expected === kind.stored && kind.differing === 0);
    return { isBuilt: true, kinds, wrongSums, isExact };
  } finally {
    await client.end();
  }
}

const ONE_SNAPSHOT = 'begin isolation level repeatable read read only';

async function isBuilt(client: pg.ClientBase): Promise<boolean> {
  const { asOf, builds } = await readFleetState(client);
  return asOf !== undefined && !builds.some(({ walking }) => walking);
}

async function checkHere(client: pg.ClientBase): Promise<readonly KindCheck[]> {
  const clock = await readFoldClock(client);
  const kinds: KindCheck[] = [];
  for (const kind of FLEET_KINDS) kinds.push(await checkPeople(client, kind, clock, SAMPLE));
  return [...kinds, await checkReadings(client, SAMPLE)];
}

async function checkAcrossNodes(client: pg.ClientBase): Promise<readonly KindCheck[]> {
  const kinds: KindCheck[] = [];
  for (const kind of FLEET_KINDS) kinds.push(await checkPeopleInStretches(client, kind, SAMPLE));
  return [...kinds, await checkReadingsInStretches(client, SAMPLE)];
}
