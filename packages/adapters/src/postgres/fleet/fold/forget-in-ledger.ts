import type pg from 'pg';
import { FLEET_KINDS } from '../fleet-kinds.js';
import { takeFoldLock } from './fold-lock.js';
import { removePeople } from './store-people.js';
import { SumChanges } from './sum-changes.js';

/**
 * Takes a person out of the ledger, before `fleet_forget`: that function changes entries but adds none, and none is kept where
 * people cancel each other out; and its time grows with the square of a person's changes.
 */
export async function forgetInLedger(client: pg.ClientBase, owner: string): Promise<void> {
  await takeFoldLock(client);
  for (const kind of FLEET_KINDS) {
    const sums = new SumChanges();
    await removePeople(client, kind, [owner], sums);
    await sums.store(client, kind);
  }
}
