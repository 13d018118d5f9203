import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { INDEXED } from '../../records/indexed-text.js';
import { READINGS_KIND, recountReadings } from '../readings.js';
import { nextBeginnings, patientsBeginningWith } from './across-nodes/read-readings.js';
import { HAS_OWNERS_INDEX } from './owners-index.js';
import { storeNextReadings } from './store-next-readings.js';
import { type StoredReadings, storeReadings } from './store-readings.js';
import { LONGEST_STRETCH_MS } from './walk.js';

/** A build of the readings from all records, patient by patient. */
interface ReadingsWalk {
  /** What the indexes hold of the last patient's id; null: not started. */
  readonly walkedTo: string | null;
  /** Whether the index that finds the next patients exists: building requires it. */
  readonly isReady: boolean;
  readonly isBuilt: boolean;
}

/** How many patients are looked up at once, those with equal beginnings as one. */
const PATIENTS_AT_ONCE = 1_000;

/** Whether a walk through the readings is under way and can go on. */
export async function canWalkReadings(client: pg.ClientBase): Promise<boolean> {
  return (await walkUnderWay(client))?.isReady === true;
}

/** Continues a walk through the readings for a while, if one is under way. */
export async function walkReadingsOn(client: pg.ClientBase): Promise<StoredReadings & { readonly patients: number }> {
  const walk = await walkUnderWay(client);
  const total = { patients: 0, readings: 0, parked: 0 };
  if (!walk?.isReady) return total;
  const end = performance.now() + LONGEST_STRETCH_MS;
  let { walkedTo } = walk;
  let isAtEnd = false;
  while (!isAtEnd && performance.now() < end) {
    const stored = walk.isBuilt || isDistributed(client) ? undefined : await storeNextReadings(client, walkedTo);
    if (stored !== undefined) {
      isAtEnd = stored.end === null;
      walkedTo = stored.end ?? walkedTo;
      total.readings += stored.readings;
      continue;
    }
    const next = await nextPatients(client, walkedTo);
    isAtEnd = next.length === 0;
    const { readings, parked } = await storeReadings(
      client,
      next.map(({ patient }) => patient),
    );
    walkedTo = next.at(-1)?.beginning ?? walkedTo;
    total.patients += next.length;
    total.readings += readings;
    total.parked += parked;
  }
  await client.query(
    `update fleet_build set walking = not $2, built = built or $2, walked_to = case when not $2 then $3 end, done = done + $4 where kind = $1`,
    [READINGS_KIND, isAtEnd, walkedTo, total.readings],
  );
  if (isAtEnd && !walk.isBuilt) await recountReadings(client);
  return total;
}

async function walkUnderWay(client: pg.ClientBase): Promise<ReadingsWalk | undefined> {
  const { rows } = await client.query<ReadingsWalk>(
    `select walked_to as "walkedTo", built as "isBuilt",
            ${HAS_OWNERS_INDEX} as "isReady"
       from fleet_build where walking and kind = $1`,
    [READINGS_KIND],
  );
  return rows[0];
}

interface NextPatient {
  readonly patient: string;
  /** What the indexes hold of the id. */
  readonly beginning: string;
}

/** Patients who have meters or stored readings, in the order of these beginnings. */
export async function nextPatients(client: pg.ClientBase, walkedTo: string | null): Promise<readonly NextPatient[]> {
  if (isDistributed(client)) return nextAcrossNodes(client, walkedTo);
  const beginning = `left(patient_id, ${INDEXED})`;
  const beyond = walkedTo === null ? '$1::text is null' : `${beginning} > $1::text`;
  const next = (table: string) =>
    `(select distinct ${beginning} as beginning from ${table} where ${beyond} order by 1 limit ${PATIENTS_AT_ONCE})`;
  const whole = (table: string) => `select patient_id from ${table} where ${beginning} = next.beginning`;
  const { rows } = await client.query<NextPatient>(
    `select beginning, patient from (
       select beginning from (${next(READINGS_KIND)} union ${next('fleet_reading')}) as either
        order by beginning limit ${PATIENTS_AT_ONCE}
     ) as next cross join lateral (${whole(READINGS_KIND)} union ${whole('fleet_reading')} offset 0) as theirs (patient)
     order by beginning`,
    [walkedTo],
  );
  return rows;
}

async function nextAcrossNodes(client: pg.ClientBase, walkedTo: string | null): Promise<readonly NextPatient[]> {
  const beginning = `left(patient_id, ${INDEXED})`;
  const recorded = await nextBeginnings(client, walkedTo, PATIENTS_AT_ONCE);
  const next = await client.query<{ beginning: string }>(
    `select beginning from (
       select unnest($2::text[]) as beginning
       union
       (select distinct ${beginning} from fleet_reading where $1::text is null or ${beginning} > $1 order by 1 limit ${PATIENTS_AT_ONCE})
     ) as either order by beginning limit ${PATIENTS_AT_ONCE}`,
    [walkedTo, recorded],
  );
  const beginnings = next.rows.map((row) => row.beginning);
  const { rows } = await client.query<NextPatient>(
    `select patient, left(patient, ${INDEXED}) as beginning from (
       select unnest($2::varchar[]) as patient
       union
       select patient_id from fleet_reading where ${beginning} = any ($1::text[])
     ) as theirs order by beginning`,
    [beginnings, await patientsBeginningWith(client, beginnings)],
  );
  return rows;
}
