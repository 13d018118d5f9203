import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { DEADLINES } from '../deadlines.js';
import { isCollision } from '../failures.js';

const MOST_COLLISIONS = 5;

/** Everything is found by index, whatever is known about the size of a table. */
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

/** Runs work in a transaction that erases, again where it collided with another one. */
export async function inErasingTransaction<Answer>(
  client: pg.ClientBase,
  work: (client: pg.ClientBase) => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  for (let collisions = 0; ; ) {
    try {
      await client.query(BEGIN);
      const answer = await work(client);
      await client.query('commit');
      return answer;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      if (!isCollision(error) || ++collisions > MOST_COLLISIONS || signal?.aborted === true) throw error;
      await pause(Math.random() * 50 * collisions);
    }
  }
}
