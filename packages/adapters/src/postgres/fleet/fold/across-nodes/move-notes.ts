import type pg from 'pg';
import { FLEET_NOTE } from '../../../distribute/distributed-tables.js';
import { tryFoldLock } from '../fold-lock.js';
import { type Note, putBack } from '../notes.js';
import { oldestRows } from './oldest-rows.js';

/** How many notes to move at once: each write leaves one, and all of them pass through this process. */
const MOST_NOTES = 5_000;

/** What moving notes found. */
export interface MovedNotes {
  /** Another process folds, or moves notes. */
  readonly busy: boolean;
  /** There may be more of them. */
  readonly more: boolean;
}

/**
 * Moves the oldest notes from where each node keeps them, beside the records, to the queue of the fold. Afterwards the
 * queue has every note committed before, unless there are more. It is one transaction, which the caller rolls back if it
 * fails: a note is in one of the two places, whatever happens.
 */
export async function moveNotes(client: pg.ClientBase): Promise<MovedNotes> {
  await client.query('begin isolation level read committed read write');
  const isLocked = await tryFoldLock(client);
  const more = isLocked && (await moveOldest(client));
  await client.query('commit');
  return { busy: !isLocked, more };
}

async function moveOldest(client: pg.ClientBase): Promise<boolean> {
  const { last, more } = await oldestRows(client, FLEET_NOTE, 'noted', MOST_NOTES);
  if (last === undefined) return false;
  const { rows } = await client.query<Note>(`delete from ${FLEET_NOTE} where noted <= $1 returning kind, owner`, [
    last,
  ]);
  const noted = new Map(rows.map((note) => [`${note.kind} ${note.owner}`, note]));
  await putBack(client, [...noted.values()]);
  return more;
}
