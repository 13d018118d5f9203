import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { sqlState } from '../failures.js';
import { MigrationError } from '../migrate/error.js';
import type { MigrationOptions } from '../migrate/progress.js';
import { whileLocked, withSession } from '../migrate/session.js';
import { IN_USE, isInUse } from '../migrate/table-lock.js';
import { TRIGGERS } from '../migrations/triggers.js';
import { DISTRIBUTED_TABLES, type DistributedTable, FLEET_NOTE } from './distributed-tables.js';
import { ROW_FUNCTIONS } from './row-functions.js';
import { ROW_TRIGGERS } from './row-triggers.js';

/** How long one attempt waits for each table, in milliseconds: the writes of others queue behind it. */
const LONGEST_WAIT_MS = 400;
const ATTEMPTS = 10;
const PAUSE_MS = 500;

/**
 * Hands the tables of records over to Citus, which spreads them over its nodes by owner, in one transaction. Every service
 * has to be restarted afterwards: connections opened before send what Citus refuses.
 *
 * @returns whether it was done now; false if the tables were distributed before
 * @throws MigrationError if that is impossible here; nothing has changed then
 */
export async function distribute(settings: DatabaseSettings, options: MigrationOptions = {}): Promise<boolean> {
  return await withSession(settings, options, (client) =>
    // In this order everywhere, and nothing else waits for two of them.
    whileLocked(client, 'schema', options, () =>
      whileLocked(client, 'indexes', options, () =>
        whileLocked(client, 'triggers', options, async () => {
          if (isDistributed(client)) return false;
          // In a transaction of its own: Citus creates functions on the nodes over other connections than it copies rows.
          // Nobody calls them yet.
          await createFunctions(client);
          for (let attempt = 1; !(await attemptToDistribute(client)); attempt += 1) {
            if (attempt === ATTEMPTS) throw new MigrationError(`${IN_USE}: stop every service, and try again`);
            await sleep(PAUSE_MS, undefined, { signal: options.signal });
          }
          return true;
        }),
      ),
    ),
  );
}

async function createFunctions(client: pg.Client): Promise<void> {
  await client.query(`
    do $distribute$ begin
      execute format($text$ ${ROW_FUNCTIONS.join('\n')} $text$,
        (select relnamespace::regnamespace from pg_class where oid = to_regclass('mobile')));
    end $distribute$`);
}

/** @returns false while others use a table */
async function attemptToDistribute(client: pg.Client): Promise<boolean> {
  try {
    await client.query('begin isolation level read committed read write');
    await client.query(`set local lock_timeout = ${LONGEST_WAIT_MS}`);
    await client.query(`lock table ${DISTRIBUTED_TABLES.map(({ name }) => name).join(', ')} in access exclusive mode`);
    await client.query('set local lock_timeout = 0');
    await distributeLocked(client);
    await client.query('commit');
    return true;
  } catch (error) {
    if (sqlState(error) === undefined) throw error;
    await client.query('rollback');
    if (isInUse(error)) return false;
    throw new MigrationError(`the tables could not be distributed, and nothing has changed: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function distributeLocked(client: pg.Client): Promise<void> {
  for (const { table, triggers } of TRIGGERS) {
    for (const trigger of Object.keys(triggers)) await client.query(`drop trigger "${trigger}" on ${table}`);
  }
  for (const table of DISTRIBUTED_TABLES) await replaceKey(client, table);
  await client.query(`
    create table ${FLEET_NOTE} (
      kind varchar not null,
      owner varchar not null,
      noted timestamptz not null default clock_timestamp()
    )`);
  await client.query(`create index ${FLEET_NOTE}_noted on ${FLEET_NOTE} (noted)`);
  await client.query(`alter table ${FLEET_NOTE} replica identity full`);
  const [first, ...others] = [...DISTRIBUTED_TABLES, { name: FLEET_NOTE, owner: 'owner' }];
  if (first === undefined) return;
  // A group of their own: other applications' tables cannot force a shard of ours to move with theirs.
  await distributeOne(client, first, 'none');
  for (const table of others) await distributeOne(client, table, first.name);
  for (const { triggers } of ROW_TRIGGERS) {
    for (const [trigger, text] of Object.entries(triggers)) await client.query(`create trigger "${trigger}" ${text}`);
  }
}

async function distributeOne(
  client: pg.Client,
  { name, owner }: { readonly name: string; readonly owner: string },
  colocatedWith: string,
): Promise<void> {
  await client.query('select create_distributed_table($1, $2, colocate_with => $3)', [name, owner, colocatedWith]);
}

/** Puts the owner into the primary key; without a limit on the owner's length, an index takes its place. */
async function replaceKey(client: pg.Client, { name, owner, key, unique }: DistributedTable): Promise<void> {
  const { rows } = await client.query<{ key: string }>(
    `select quote_ident(conname) as key from pg_constraint where conrelid = to_regclass($1) and contype = 'p'`,
    [name],
  );
  for (const { key: primary } of rows) await client.query(`alter table ${name} drop constraint ${primary}`);
  if (unique) {
    await client.query(`alter table ${name} add constraint ${name}_pkey primary key (${[...key, owner].join(', ')})`);
    return;
  }
  await client.query(`create index ${name}_${key.join('_')} on ${name} (${key.join(', ')})`);
  // Citus moves the shards of a table without a key too, if it knows by what to tell its rows apart.
  await client.query(`alter table ${name} replica identity full`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
