import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openClient } from '../../connections/open-client.js';
import { FOLD_LIMITS } from '../../connections/session.js';
import type { DatabaseSettings } from '../../connections/settings.js';
import { RECORD_TABLE_NAMES } from '../../tables.js';
import { FLEET_KINDS } from '../fleet-kinds.js';
import { takeFoldLock } from '../fold/fold-lock.js';
import { type FoldStep, foldStep } from '../fold/fold-step.js';
import { recountGroups } from '../groups.js';
import { LEDGER_OF_PEOPLE } from '../ledger.js';
import { recountReadings } from '../readings.js';

/**
 * Rebuilds the fleet's state from the records, in place: search and reports keep reading it meanwhile. Safe while other
 * processes fold.
 *
 * @param onStep called after each step
 * @throws Error when an index that building requires is missing
 */
export async function repairFleet(settings: DatabaseSettings, onStep?: (step: FoldStep) => void): Promise<void> {
  const { client } = await openClient(settings, { limits: FOLD_LIMITS, pipeline: true });
  try {
    await whileNobodyFolds(client, async () => {
      for (const name of RECORD_TABLE_NAMES) {
        await client.query('insert into fleet_queue (kind, owner) values ($1, null)', [name]);
      }
    });
    for (;;) {
      const step = await foldStep(client);
      onStep?.(step);
      const isWalking = step.state.builds.some(({ walking }) => walking);
      if (!step.busy && !step.more && !isWalking) break;
      if (!step.busy && !step.more) throw new Error('building needs a missing index: run "main.js migrate"');
      if (step.busy) await sleep(100);
    }
    await whileNobodyFolds(client, () => addUpAgain(client));
  } finally {
    await client.end();
  }
}

/** Waits for the fold's lock, then works in a transaction that holds it. A fold that began earlier starts over. */
async function whileNobodyFolds(client: pg.ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query('begin isolation level read committed');
  await client.query(`set local lock_timeout = '60s'`);
  await takeFoldLock(client);
  await client.query('update fleet_state set round = round + 1');
  await work();
  await client.query('commit');
}

/** Recomputes the sums from each person's stored state. */
async function addUpAgain(client: pg.ClientBase): Promise<void> {
  await recountReadings(client);
  await client.query('delete from fleet_ledger');
  await client.query(`insert into fleet_ledger (version, span, people, changes) ${LEDGER_OF_PEOPLE}`);
  await client.query('update fleet_product set people = 0, installations = 0, clock_suspect = 0');
  for (const kind of FLEET_KINDS) {
    const { name, current } = kind;
    await recountGroups(client, kind);
    await client.query(
      `update fleet_product p set people = sums.people, installations = sums.installations, clock_suspect = sums.clock_suspect
         from (select app_product, count(*) as people, sum(installations) as installations, sum(clock_suspect) as clock_suspect
                 from ${current} group by app_product) as sums
        where p.kind = $1 and p.digest = sha256(convert_to(sums.app_product, 'UTF8'))`,
      [name],
    );
  }
}
