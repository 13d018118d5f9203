import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findDistribution } from '../connections/distribution.js';
import type { DatabaseSettings } from '../connections/settings.js';
import { MigrationError } from '../migrate/error.js';
import type { MigrationOptions } from '../migrate/progress.js';
import { whileLocked, withSession } from '../migrate/session.js';
import { readStatus } from '../migrate/status.js';
import { IN_USE, isInUse } from '../migrate/table-lock.js';
import { TRIGGERS } from '../migrations/triggers.js';
import { addOnceFunction, addOnceFunctionName } from '../records/add-once-function.js';
import { RECORD_TABLE_NAMES, RECORD_TABLES } from '../tables.js';
import { checkCitus } from './check-citus.js';
import { DISTRIBUTED_TABLES, type DistributedTable, FLEET_NOTE } from './distributed-tables.js';
import { ROW_FUNCTION_NAMES, ROW_FUNCTIONS } from './row-functions.js';
import { ROW_TRIGGERS } from './row-triggers.js';
import { undistributedTables } from './undistributed.js';

/** How long one attempt waits for the tables, in milliseconds: long enough for autovacuum to give way. */
const LONGEST_WAIT_MS = 1_500;
const ATTEMPTS = 3;
const PAUSE_MS = 500;

/** Without a key, Citus moves a shard only if it may tell its rows apart by all of their columns. */
const MOVABLE = 'replica identity full';

/**
 * Hands the tables of records over to Citus, which spreads them over its nodes by owner, in one transaction. Services have
 * to be stopped before: connections that were opened before send what Citus refuses.
 *
 * @returns whether it was done now; false if the tables were distributed before
 * @throws MigrationError if that is impossible here, or if others use the tables; nothing has changed then
 */
export async function distribute(settings: DatabaseSettings, options: MigrationOptions = {}): Promise<boolean> {
  return await withSession(settings, options, (client) => {
    const attempt = () => distributeAlone(client, options);
    // The last one is taken first: a build of indexes too takes its own before that of the triggers.
    const alone = (['triggers', 'indexes', 'schema'] as const).reduce(
      (work, lock) => () => whileLocked(client, lock, options, work),
      attempt,
    );
    return alone();
  });
}

async function distributeAlone(client: pg.Client, options: MigrationOptions): Promise<boolean> {
  await checkCitus(client);
  // Another process may have done so since this connection was opened.
  if (await findDistribution(client)) {
    await refusePart(client);
    return false;
  }
  await refuseUnready(client);
  // In a transaction of its own: Citus creates functions on the nodes over other connections than it copies rows. No one
  // calls them yet.
  await createFunctions(client);
  try {
    await distributePatiently(client, options);
  } catch (error) {
    if (error instanceof MigrationError) await dropFunctions(client);
    throw error;
  }
  return true;
}

async function distributePatiently(client: pg.Client, options: MigrationOptions): Promise<void> {
  for (let attempt = 1; !(await attemptToDistribute(client, options)); attempt += 1) {
    if (attempt === ATTEMPTS) throw new MigrationError(`${IN_USE}: stop every service, and try again`);
    await sleep(PAUSE_MS, undefined, { signal: options.signal });
  }
}

/** @throws MigrationError if only some of the tables are distributed, which no command of ours does */
async function refusePart(client: pg.Client): Promise<void> {
  const rest = (await undistributedTables(client)) ?? [];
  if (rest.length === 0) return;
  throw new MigrationError(
    `Citus distributes the table mobile already, but not together with ${rest.join(', ')}: run "select undistribute_table(…)" for those that are, and try again`,
  );
}

/** @throws MigrationError if something is missing that distributed tables would lack for good */
async function refuseUnready(client: pg.Client): Promise<void> {
  const { pending, ahead, builds } = await readStatus(client);
  const missing = [
    ...pending.map((name) => `migration ${name}`),
    ...builds.filter(({ state }) => state !== 'valid').map(({ what, name, state }) => `${what} ${name} (${state})`),
  ];
  if (missing.length > 0) {
    throw new MigrationError(`the schema is not complete, run "main.js migrate" first: ${missing.join(', ')}`);
  }
  if (ahead.length > 0) {
    throw new MigrationError(
      `a later version of this service has migrated the database (${ahead.join(', ')}): use that one`,
    );
  }
}

const FUNCTIONS = [...ROW_FUNCTIONS, ...RECORD_TABLES.map(addOnceFunction)];
const FUNCTION_NAMES = [...ROW_FUNCTION_NAMES, ...RECORD_TABLE_NAMES.map(addOnceFunctionName)];

async function createFunctions(client: pg.Client): Promise<void> {
  await client.query(`
    do $distribute$ begin
      execute format($text$ ${FUNCTIONS.join('\n')} $text$,
        (select relnamespace::regnamespace from pg_class where oid = to_regclass('mobile')));
    end $distribute$`);
}

async function dropFunctions(client: pg.Client): Promise<void> {
  for (const name of FUNCTION_NAMES) await client.query(`drop function ${name}`);
}

/** @returns false while others use a table */
async function attemptToDistribute(client: pg.Client, options: MigrationOptions): Promise<boolean> {
  try {
    await client.query('begin isolation level read committed read write');
    await client.query(`set local lock_timeout = ${LONGEST_WAIT_MS}`);
    await client.query(`lock table ${DISTRIBUTED_TABLES.map(({ name }) => name).join(', ')} in access exclusive mode`);
    await client.query('set local lock_timeout = 0');
    await distributeLocked(client, options);
    await client.query('commit');
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('rollback');
    if (isInUse(error)) return false;
    // The server's own words: an operator reads them, and they name tables, not persons. Details would show rows.
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    throw new MigrationError(`the tables could not be distributed, nothing has changed: ${error.message}${hint}`, {
      cause: error,
    });
  }
}

async function distributeLocked(client: pg.Client, { onProgress }: MigrationOptions): Promise<void> {
  for (const { table, triggers } of TRIGGERS) {
    for (const trigger of Object.keys(triggers)) await client.query(`drop trigger "${trigger}" on ${table}`);
  }
  for (const table of DISTRIBUTED_TABLES) await replaceKey(client, table);
  await createNotes(client);
  for (const [place, { name, owner }] of [...DISTRIBUTED_TABLES, { name: FLEET_NOTE, owner: 'owner' }].entries()) {
    const started = performance.now();
    // A group of their own: no table of another application has to move with ours.
    const together = place === 0 ? 'none' : DISTRIBUTED_TABLES[0]?.name;
    await client.query('select create_distributed_table($1, $2, colocate_with => $3)', [name, owner, together]);
    // Citus leaves what it has copied on the coordinator, where no erasure would find it.
    await client.query('select truncate_local_data_after_distributing_table($1)', [name]);
    onProgress?.({ kind: 'distributed', name, seconds: (performance.now() - started) / 1000 });
  }
  for (const { triggers } of ROW_TRIGGERS) {
    for (const [trigger, text] of Object.entries(triggers)) await client.query(`create trigger "${trigger}" ${text}`);
  }
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
  await client.query(`alter table ${name} ${MOVABLE}`);
}

async function createNotes(client: pg.Client): Promise<void> {
  await client.query(`
    create table ${FLEET_NOTE} (
      kind varchar not null,
      owner varchar not null,
      noted timestamptz not null default clock_timestamp()
    )`);
  await client.query(`create index ${FLEET_NOTE}_noted on ${FLEET_NOTE} (noted)`);
  await client.query(`alter table ${FLEET_NOTE} ${MOVABLE}`);
}
