import { type Instant, NotBuiltError } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import type { Read } from '../../reads/reads.js';
import { FLEET_STATE, type FleetStateRow, fleetStateOf } from '../fleet-state.js';

/** A state that has been built. */
export interface BuiltState {
  /** The moment at which it was complete. */
  readonly asOf: Instant;
  /** Tells states apart: it changes with everything that is stored. */
  readonly mark: string;
}

/**
 * Reads which state of the fleet is stored. Comes before any other statement: a replica's state may be too old.
 *
 * @throws NotBuiltError while it is being built for the first time; OutdatedError if it is too old
 */
export async function readState({ db, insistOnRecent }: Read): Promise<BuiltState> {
  const { rows } = await sql.raw<FleetStateRow>(FLEET_STATE).execute(db);
  const { asOf, builds } = fleetStateOf(rows[0]);
  if (asOf !== undefined) {
    const { mark = '', age = 0, idle = 0 } = rows[0] ?? {};
    insistOnRecent({ asOf, age, idle });
    return { asOf, mark };
  }
  const done = builds.reduce((sum, build) => sum + (build.built ? build.total : build.done), 0);
  const total = builds.reduce((sum, build) => sum + build.total, 0);
  const percent = Math.min(99, Math.floor((100 * done) / Math.max(total, 1)));
  throw new NotBuiltError(
    `The data for this answer is still being built from the records: ${percent} % done. Try again later.`,
  );
}
