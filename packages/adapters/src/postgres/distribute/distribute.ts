import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findDistribution } from '../connections/distribution.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { MigrationError } from '../migrate/error.js';
import type { MigrationOptions } from '../migrate/progress.js';
import { whileLocked, withSession } from '../migrate/session.js';
import { IN_USE, isInUse } from '../migrate/table-lock.js';
import { checkCitus } from './check-citus.js';
import { checkSchema, checkWhole } from './check-schema.js';
import { DISTRIBUTED_TABLES } from './distributed-tables.js';
import { createFunctions, distributeTables, dropFunctions, dropPlainFunctions } from './hand-over.js';

/** How long one attempt waits for the tables, in milliseconds: long enough for autovacuum to give way. */
const LONGEST_WAIT_MS = 1_500;
const ATTEMPTS = 3;
const PAUSE_MS = 500;

/**
 * Hands the tables of records over to Citus, which spreads them over its nodes by owner, in one transaction. Stop
 * every service first: connections that are already open send what Citus refuses.
 *
 * @returns whether it was done now; false if the tables were distributed before
 * @throws MigrationError if that is impossible here, or if others use the tables; nothing has changed then
 */
export async function distribute(settings: DatabaseSettings, options: MigrationOptions = {}): Promise<boolean> {
  return await withSession(settings, options, (client) => {
    // The last one is taken first: a build of indexes too takes its own before that of the triggers.
    const alone = (['triggers', 'indexes', 'schema'] as const).reduce(
      (work, lock) => () => whileLocked(client, lock, options, work),
      () => distributeAlone(client, options),
    );
    return alone();
  });
}

async function distributeAlone(client: pg.Client, options: MigrationOptions): Promise<boolean> {
  await checkCitus(client);
  // Another process may have done so since this connection was opened.
  if (await findDistribution(client)) {
    await checkWhole(client);
    // A run that was killed may have left them.
    await dropPlainFunctions(client);
    return false;
  }
  await checkSchema(client);
  // Before the transaction: Citus creates functions on the nodes over other connections than those by which it copies rows.
  // Nothing calls them yet.
  await createFunctions(client);
  try {
    for (let attempt = 1; !(await tryOnce(client, options)); attempt += 1) {
      if (attempt === ATTEMPTS) throw new MigrationError(`${IN_USE}: stop every service, and try again`);
      await sleep(PAUSE_MS, undefined, { signal: options.signal });
    }
  } catch (error) {
    if (error instanceof MigrationError) await dropFunctions(client);
    throw error;
  }
  await dropPlainFunctions(client);
  return true;
}

/** @returns false while others use a table */
async function tryOnce(client: pg.Client, options: MigrationOptions): Promise<boolean> {
  try {
    await client.query('begin isolation level read committed read write');
    await client.query(`set local lock_timeout = ${LONGEST_WAIT_MS}`);
    await client.query(`lock table ${DISTRIBUTED_TABLES.map(({ name }) => name).join(', ')} in access exclusive mode`);
    await client.query('set local lock_timeout = 0');
    await distributeTables(client, options);
    await client.query('commit');
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('rollback');
    if (isInUse(error)) return false;
    // The server's own words: an operator reads them, and they name tables, not people. Its details would show rows.
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    throw new MigrationError(`the tables could not be distributed, nothing has changed: ${error.message}${hint}`, {
      cause: error,
    });
  }
}
