import type pg from 'pg';
import type { MigrationOptions } from '../migrate/progress.js';
import { inSchemaOfTables } from '../migrate/schema-of-tables.js';
import { TRIGGERS } from '../migrations/triggers.js';
import { markNodes } from '../person/incarnations.js';
import { addOnceFunction, addOnceFunctionName } from '../records/add-once-function.js';
import { RECORD_TABLES } from '../tables.js';
import { DISTRIBUTED_TABLES, type DistributedTable, FLEET_NOTE } from './distributed-tables.js';
import { type FunctionDefinition, ROW_FUNCTIONS } from './row-functions.js';
import { ROW_TRIGGERS } from './row-triggers.js';

/** Without a key, Citus moves a shard only if it may tell its rows apart by all of their columns. */
const MOVABLE = 'replica identity full';

/** Every function that only distributed tables want: those of the triggers, and those that add once. */
const FUNCTIONS: readonly FunctionDefinition[] = [
  ...ROW_FUNCTIONS,
  ...RECORD_TABLES.map((table) => ({
    signature: `%1$s.${addOnceFunctionName(table.name)}`,
    statements: [addOnceFunction(table)],
  })),
];

export async function createFunctions(client: pg.Client): Promise<void> {
  for (const { statements } of FUNCTIONS) await runOneByOne(client, statements);
}

export async function dropFunctions(client: pg.Client): Promise<void> {
  await runOneByOne(
    client,
    FUNCTIONS.map(({ signature }) => `drop function ${signature}`),
  );
}

/**
 * Drops the functions of the triggers of a plain server. An earlier version that starts here by mistake then cannot create
 * its triggers: Citus would run them on the nodes, where every write would fail.
 */
export async function dropPlainFunctions(client: pg.Client): Promise<void> {
  const names = RECORD_TABLES.flatMap(({ name }) => [`keep_${name}_revision`, `note_${name}_owners`]);
  await runOneByOne(
    client,
    names.map((name) => `drop function if exists %1$s.${name}()`),
  );
}

/** Distributes the tables, in a transaction that has locked them: other keys and triggers first, then one by one. */
export async function distributeTables(client: pg.Client, { onProgress }: MigrationOptions): Promise<void> {
  for (const { table, triggers } of TRIGGERS) {
    for (const trigger of Object.keys(triggers)) await client.query(`drop trigger "${trigger}" on ${table}`);
  }
  for (const table of DISTRIBUTED_TABLES) await replaceKey(client, table);
  await createNotes(client);
  for (const [place, { name, owner }] of [...DISTRIBUTED_TABLES, { name: FLEET_NOTE, owner: 'owner' }].entries()) {
    const started = performance.now();
    // A group of their own: no table of another application has to move with ours.
    const together = place === 0 ? 'none' : `%1$s.${DISTRIBUTED_TABLES[0]?.name}`;
    const names = await inSchemaOfTables(client, [name, owner, together]);
    await client.query('select create_distributed_table($1, $2, colocate_with => $3)', [...names]);
    // Citus leaves what it has copied on the coordinator, where no erasure would find it.
    await client.query('select truncate_local_data_after_distributing_table($1)', [name]);
    onProgress?.({ kind: 'distributed', name, seconds: (performance.now() - started) / 1000 });
  }
  for (const { triggers } of ROW_TRIGGERS) {
    const statements = Object.entries(triggers).map(([trigger, text]) => `create trigger "${trigger}" ${text}`);
    await runOneByOne(client, statements);
  }
  // The nodes have what this server had.
  await markNodes(client);
}

/** Citus would send all of a query to its nodes for each of its statements. */
async function runOneByOne(client: pg.Client, statements: readonly string[]): Promise<void> {
  for (const statement of await inSchemaOfTables(client, statements)) await client.query(statement);
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
