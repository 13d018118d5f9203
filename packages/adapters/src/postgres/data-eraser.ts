import type { DataEraser } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import type { Db } from './database.js';
import { ConnectionLostError, domainError, sqlState } from './failures.js';

/** Empties the tables, however large, in one statement: all or nothing. */
export function dataEraser(db: Db): DataEraser {
  return {
    async eraseAll() {
      try {
        await sql`truncate mobile, desktop, blood_glucose_meter, idempotency_key`.execute(db);
      } catch (error) {
        throw domainError(
          sqlState(error) === undefined ? new ConnectionLostError('no answer came', { cause: error }) : error,
        );
      }
    },
  };
}
