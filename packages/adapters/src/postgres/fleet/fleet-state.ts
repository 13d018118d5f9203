import type { Instant } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { instantOf } from '../records/timestamp-text.js';

/** The progress of building a kind's state from its records. */
export interface FleetBuild {
  /** The table of the records. */
  readonly kind: string;
  /** Whether a build has finished and the state has been kept up to date since. */
  readonly built: boolean;
  /** Whether a build is running: the first one, or a rebuild after the table was truncated, restored or repaired. */
  readonly walking: boolean;
  /** How many records the build has read, and roughly how many exist. */
  readonly done: number;
  readonly total: number;
}

/** The moment at which the fleet's state was complete. */
export interface FleetState {
  /** Undefined: not built yet. */
  readonly asOf: Instant | undefined;
  readonly builds: readonly FleetBuild[];
}

/** The statement that reads the state as one row. */
export const FLEET_STATE = `
  select nullif(as_of, '-infinity') as as_of,
         ${secondsSince('as_of')} as age, ${secondsSince('clock')} as idle,
         concat_ws(' ', round, clock, (select string_agg(concat_ws(' ', r.table_name, r.started, r.had_rows), ' ' order by r.table_name)
                                         from revision_start as r)) as mark,
         (select json_agg(json_build_object('kind', kind, 'built', built, 'walking', walking, 'done', done, 'total', total)
                          order by kind) from fleet_build) as builds
    from fleet_state`;

/** An SQL expression, by the clock that dates the state; zero before the first time. */
function secondsSince(moment: string): string {
  return `coalesce(extract(epoch from clock_timestamp() at time zone 'UTC' - nullif(${moment}, '-infinity')), 0)::float8`;
}

/** A row of that statement. */
export interface FleetStateRow {
  readonly as_of: string | null;
  /** How many seconds ago that was … */
  readonly age: number;
  /** … and how many seconds ago the last step of the fold began. */
  readonly idle: number;
  /** Tells states apart: it changes with everything that is stored, and with the day from which on revisions are kept. */
  readonly mark: string;
  readonly builds: readonly FleetBuild[];
}

export function fleetStateOf(row: FleetStateRow | undefined): FleetState {
  const { as_of: asOf = null, builds = [] } = row ?? {};
  return { asOf: asOf === null ? undefined : instantOf(asOf), builds };
}

export async function readFleetState(client: pg.ClientBase): Promise<FleetState> {
  return fleetStateOf((await client.query<FleetStateRow>(FLEET_STATE)).rows[0]);
}

/** Returns as of when the last step of the fold derived what is stored. */
export async function readFoldClock(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ clock: string }>('select clock from fleet_state');
  return rows[0]?.clock ?? '-infinity';
}
