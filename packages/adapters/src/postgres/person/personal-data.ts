import type { Clock, PersonalDataQueries } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { DEADLINES } from '../deadlines.js';
import { domainError } from '../failures.js';
import type { OpenConnection } from '../reads/read-connection.js';
import { ReadPool } from '../reads/read-pool.js';
import { countPerson } from './count-person.js';
import { heldOnPerson } from './held-on-person.js';

/** How many may be read at once; the service never asks for more. */
const SIZE = 2;
const MOST_WAITING = 8;

/** In milliseconds: the server ends the transaction of a reader that has been idle for this long. */
const LONGEST_SILENCE = 60_000;

const BEGIN = [
  'begin isolation level repeatable read read only',
  `set local statement_timeout = ${LONGEST_SILENCE}`,
  `set local lock_timeout = ${DEADLINES.lock}`,
  `set local idle_in_transaction_session_timeout = ${LONGEST_SILENCE + DEADLINES.silence}`,
  'set local enable_seqscan = off',
  'set local plan_cache_mode = auto',
  'set local jit = off',
].join('; ');

export interface ConnectedPersonalData extends PersonalDataQueries {
  close(): Promise<void>;
}

/** Reads everything held on one person from the primary, each time in a transaction on its own connection. */
export function personalDataQueries(
  open: OpenConnection,
  clock: Clock,
  callerSignal: () => AbortSignal | undefined = () => undefined,
): ConnectedPersonalData {
  const pool = new ReadPool({ open, size: SIZE, mostWaiting: MOST_WAITING, patience: DEADLINES.connect });
  return {
    open(personId) {
      const closing = new AbortController();
      const caller = callerSignal();
      const signal = caller ? AbortSignal.any([closing.signal, caller]) : closing.signal;
      return new Promise((resolve, reject) => {
        const reading = pool.use(signal, async (connection) => {
          const asOf = clock.now();
          await connection.client.query(BEGIN);
          const counts = await countPerson(connection.client, personId);
          const person = await personForCursors(connection.client, personId);
          resolve({ asOf, counts, ...heldOnPerson({ connection, person }), close });
          await new Promise(() => {});
        });
        // Closing ends it, with the signal's reason.
        const ended = reading.catch((error) => reject(domainError(error)));
        async function close(): Promise<void> {
          closing.abort();
          await ended;
        }
      });
    },
    close: () => pool.close(),
  };
}

/** Returns the id as SQL, because a cursor takes no parameters. Statements in the server's log then do not name the person. */
async function personForCursors(client: pg.Client, personId: string): Promise<string> {
  // The other nodes do not know this session's settings.
  if (isDistributed(client)) return client.escapeLiteral(personId);
  await client.query(`select set_config('polaris.person', $1, true)`, [personId]);
  return `current_setting('polaris.person')`;
}
