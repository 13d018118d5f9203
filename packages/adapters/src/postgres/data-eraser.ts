import { setTimeout as pause } from 'node:timers/promises';
import type { DataEraser } from '@polaris-telemetry/domain';
import { sql } from 'kysely';
import { DISTRIBUTED_TABLES, FLEET_NOTE } from './distribute/distributed-tables.js';
import { isCollision, isLockTimeout } from './failures.js';
import { batch } from './statements/batch.js';
import type { ConnectionPool } from './statements/connection-pool.js';
import { statement } from './statements/statement.js';
import type { WaitingRoom } from './statements/waiting-call.js';
import { ERASED_TABLE_NAMES, FLEET_TABLE_NAMES, RECORD_TABLE_NAMES } from './tables.js';

/**
 * How long an attempt waits for all tables together, in milliseconds. Every write queues behind this wait, so it is short;
 * shorter than the second after which PostgreSQL looks for deadlocks, so it cannot make an index build fail.
 */
const LONGEST_WAIT_MS = 700;
/** The pause between two attempts, in milliseconds: queued writes get their turn. */
const PAUSE_MS = 100;

const ERASE = statement('erase-all', { repeatable: false }, {}, () => {
  const tables = (names: readonly string[]) => sql.join(names.map((name) => sql.table(name)));
  const lock = (name: string) => sql`
    perform set_config('lock_timeout', greatest(1, round(1000 * extract(epoch from due - clock_timestamp())))::text, true);
    lock table ${sql.table(name)} in access exclusive mode;`;
  // A distributed database has no triggers that note a truncation, but a table of notes.
  const notes = RECORD_TABLE_NAMES.map((kind) => sql`(${sql.lit(kind)}, null)`);
  return sql`do $$
    declare due timestamptz := clock_timestamp() + interval '${sql.raw(String(LONGEST_WAIT_MS))} ms';
    begin ${sql.join(ERASED_TABLE_NAMES.map(lock), sql``)}
    truncate ${tables(DISTRIBUTED_TABLES.map(({ name }) => name))};
    truncate ${tables(FLEET_TABLE_NAMES)};
    update fleet_state set round = round + 1;
    if to_regclass(${sql.lit(FLEET_NOTE)}) is not null then ${lock(FLEET_NOTE)}
      truncate ${sql.table(FLEET_NOTE)};
      insert into fleet_queue (kind, owner) values ${sql.join(notes)};
    end if; end $$`;
});

/**
 * Empties the tables, however large, in one statement: all or nothing. Concurrent calls share it. While other sessions
 * use a table it tries again, for as long as its callers wait. Reports of the state before count no longer.
 *
 * @param pool on which a statement may wait for a lock
 */
export function dataEraser(pool: ConnectionPool, room: WaitingRoom): DataEraser {
  const erase = batch<undefined, void>(room, {
    async run(_, expires) {
      for (;;) {
        try {
          await pool.run(ERASE, [], expires);
          return [];
        } catch (error) {
          const isInUse = isLockTimeout(error) || isCollision(error);
          // Nothing may be erased after the caller has received a failure.
          if (!isInUse || performance.now() + PAUSE_MS + LONGEST_WAIT_MS > expires) throw error;
          await pause(PAUSE_MS);
        }
      }
    },
  });
  return { eraseAll: () => erase(undefined) };
}
