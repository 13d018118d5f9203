import { setTimeout as pause } from 'node:timers/promises';
import type { PersonEraser } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { DEADLINES } from '../deadlines.js';
import { domainError, isCollision, WaitedTooLongError } from '../failures.js';
import type { OpenConnection } from '../reads/read-connection.js';
import { ReadPool } from '../reads/read-pool.js';
import { countPerson, erasePerson } from './erase-person.js';

/** Erasures at once; the next ones wait. */
const SIZE = 2;
const MOST_WAITING = 8;
const MOST_COLLISIONS = 5;

/** Settings of the transaction: everything is found by index, whatever is known about the size of a table. */
const BEGIN = [
  'begin isolation level read committed read write',
  `set local statement_timeout = ${DEADLINES.erasure.statement}`,
  // The fold may be at work on many people.
  `set local lock_timeout = ${Math.floor(DEADLINES.erasure.statement / 2)}`,
  `set local idle_in_transaction_session_timeout = ${DEADLINES.erasure.request}`,
  'set local enable_seqscan = off',
  'set local plan_cache_mode = auto',
  'set local jit = off',
].join('; ');

export interface ConnectedPersonEraser extends PersonEraser {
  close(): Promise<void>;
}

/** Erases people, each in one transaction on a connection of its own. */
export function personEraser(open: OpenConnection): ConnectedPersonEraser {
  const pool = new ReadPool({ open, size: SIZE, mostWaiting: MOST_WAITING, patience: DEADLINES.connect });

  async function inTransaction<Answer>(work: (client: pg.ClientBase) => Promise<Answer>): Promise<Answer> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new WaitedTooLongError('waited too long')), DEADLINES.erasure.call);
    try {
      for (let collisions = 0; ; ) {
        try {
          return await pool.use(late.signal, async ({ client }) => {
            await client.query(BEGIN);
            try {
              const answer = await work(client);
              await client.query('commit');
              return answer;
            } catch (error) {
              await client.query('rollback').catch(() => {});
              throw error;
            }
          });
        } catch (error) {
          if (!isCollision(error) || ++collisions > MOST_COLLISIONS || late.signal.aborted) throw error;
          await pause(Math.random() * 50 * collisions);
        }
      }
    } catch (error) {
      throw domainError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    erase: (request) => inTransaction((client) => erasePerson(client, request)),
    count: (personId) => inTransaction((client) => countPerson(client, personId)),
    close: () => pool.close(),
  };
}
