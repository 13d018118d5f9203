import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { isPatients, READING_COLUMNS, READINGS_KIND, readingsOf } from '../readings.js';
import { readReadings } from './across-nodes/read-readings.js';

/** What a statement needs in order to compare readings as they should be with those stored. */
export interface ComparedReadings {
  /** Two table expressions: `present`, the readings of patients as they should be, and `stored`, as they are. */
  readonly presentAndStored: string;
  /** The values of its parameters, the first ones. */
  readonly values: unknown[];
}

/** Returns what compares the readings of patients; from the nodes of a distributed database, it reads those that should be. */
export async function readingsToCompare(client: pg.ClientBase, patients: readonly string[]): Promise<ComparedReadings> {
  if (!isDistributed(client)) return { presentAndStored: HERE, values: [patients] };
  return { presentAndStored: FROM_NODES, values: [patients, await readReadings(client, patients)] };
}

// `offset 0` pins the plan: a look-up in an index for each.

const HERE = expressions(
  readingsOf(`wanted cross join lateral (select * from ${READINGS_KIND} as m where ${isPatients('m', 'wanted.patient')}
                                                 and m.is_bg_value_correct is not null offset 0) as m`),
);
const FROM_NODES = expressions(
  `select ${READING_COLUMNS.join()} from json_populate_recordset(null::fleet_reading, $2::json)`,
);

function expressions(present: string): string {
  return `wanted as materialized (select patient from unnest($1::varchar[]) as each (patient)),
    present as materialized (${present}),
    stored as materialized (
      select r.*, row_number() over (partition by uuid) as copy from wanted cross join lateral (
        select ctid as place, * from fleet_reading as f where ${isPatients('f', 'wanted.patient')} offset 0
      ) as r
    )`;
}

const columns = (row: string) => `(${READING_COLUMNS.map((column) => `${row}.${column}`).join()})`;

/** Joins `present as p` and `stored as s`; a second copy matches nothing. */
export const IS_SAME_READING = 'p.uuid = s.uuid and s.copy = 1';
export const READING_DIFFERS = `${columns('p')} is distinct from ${columns('s')}`;
