import type { DataEraser } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import { gather } from './statements/gather.js';
import type { Lanes } from './statements/lanes.js';
import { statement } from './statements/statement.js';
import type { WaitingRoom } from './statements/waiting-call.js';

const ERASE = statement(
  'erase-all',
  { repeatable: false },
  {},
  () => sql`
    truncate mobile, desktop, blood_glucose_meter, idempotency_key,
      mobile_revision, desktop_revision, blood_glucose_meter_revision`,
);

/**
 * Empties the tables, however large, in one statement: all or nothing. Several calls at once share it.
 *
 * @param lanes on which a statement may wait for a lock
 */
export function dataEraser(lanes: Lanes, room: WaitingRoom): DataEraser {
  const erase = gather<undefined, void>(room, {
    async run(_, expires) {
      await lanes.run(ERASE, [], expires);
      return [];
    },
  });
  return { eraseAll: () => erase(undefined) };
}
