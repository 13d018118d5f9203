import type { DataEraser } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import type { Db } from './database.js';
import { ConnectionLostError, sqlState } from './failures.js';
import { gather } from './gather.js';
import type { WaitingRoom } from './waiting-call.js';

/** Empties the tables, however large, in one statement: all or nothing. Several calls at once share it. */
export function dataEraser(db: Db, room: WaitingRoom): DataEraser {
  const erase = gather<undefined, void>(room, {
    async run() {
      try {
        await sql`truncate mobile, desktop, blood_glucose_meter, idempotency_key`.execute(db);
        return [];
      } catch (error) {
        throw sqlState(error) === undefined ? new ConnectionLostError('no answer came', { cause: error }) : error;
      }
    },
  });
  return { eraseAll: () => erase(undefined) };
}
