import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import { ROW_TRIGGERS } from '../distribute/row-triggers.js';
import { failureReason } from '../failure-reason.js';
import { sqlState } from '../failures.js';
import { TRIGGERS, type TriggerDefinition } from '../migrations/triggers.js';
import { MigrationError } from './error.js';
import type { MigrationOptions } from './progress.js';
import { inSchemaOfTables } from './schema-of-tables.js';
import { whileLocked } from './session.js';
import { IN_USE, withTableLocked } from './table-lock.js';

/** The state of triggers: enabled, disabled by an administrator (never overruled), or missing. */
export type TriggerState = 'valid' | 'disabled' | 'missing';

/** Returns the state of the required triggers. */
export async function triggerStates(client: pg.Client): Promise<readonly { name: string; state: TriggerState }[]> {
  return (await examine(client)).map(({ definition: { name }, state }) => ({ name, state }));
}

/** Triggers that belong together, as they are. */
interface Examined {
  readonly definition: TriggerDefinition;
  readonly state: TriggerState;
  /** The names of those that there are. */
  readonly present: readonly string[];
}

async function examine(client: pg.Client): Promise<readonly Examined[]> {
  const definitions = isDistributed(client) ? ROW_TRIGGERS : TRIGGERS;
  const wanted = definitions.flatMap(({ table, triggers }) =>
    Object.keys(triggers).map((trigger) => ({ table, trigger })),
  );
  const { rows } = await client.query<{ owner: string; trigger: string; enabled: boolean }>(
    `select owner, name as trigger, tgenabled in ('O', 'A') as enabled from unnest($1::text[], $2::text[]) as wanted(owner, name)
       join pg_trigger on tgrelid = to_regclass(owner) and tgname = name and not tgisinternal`,
    [wanted.map(({ table }) => table), wanted.map(({ trigger }) => trigger)],
  );
  return definitions.map((definition) => {
    const { table, triggers } = definition;
    const found = rows.filter(({ owner, trigger }) => owner === table && trigger in triggers);
    const complete = found.length === Object.keys(triggers).length;
    const state = complete ? (found.every(({ enabled }) => enabled) ? 'valid' : 'disabled') : 'missing';
    return { definition, state, present: found.map(({ trigger }) => trigger) };
  });
}

/** The pause between two rounds, in milliseconds: sessions queued for a table go first. */
const PAUSE_MS = 500;

/**
 * Creates the missing triggers in a few rounds. Each attempt locks the writers of one table out, and gives up soon if
 * others use the table.
 *
 * @returns the names of the triggers still missing
 * @throws MigrationError if the server refuses
 */
export async function createTriggers(
  client: pg.Client,
  options: MigrationOptions,
  rounds: number,
): Promise<readonly string[]> {
  for (let round = 1; ; round += 1) {
    const missing = await incomplete(client);
    if (missing.length === 0 || round > rounds) return missing.map(({ definition: { name } }) => name);
    if (round > 1) await sleep(PAUSE_MS, undefined, { signal: options.signal });
    await whileLocked(client, 'triggers', options, async () => {
      for (const each of await incomplete(client)) await complete(client, each, options);
    });
  }
}

/** Drops the triggers. Tries each table like `createTriggers`, for as long as it takes. */
export async function dropTriggers(client: pg.Client, options: MigrationOptions): Promise<void> {
  await whileLocked(client, 'triggers', options, async () => {
    for (const definition of TRIGGERS) {
      while (!(await drop(client, definition, options))) await sleep(PAUSE_MS, undefined, { signal: options.signal });
    }
  });
}

async function incomplete(client: pg.Client): Promise<readonly Examined[]> {
  return (await examine(client)).filter(({ state }) => state === 'missing');
}

async function complete(
  client: pg.Client,
  { definition, present }: Examined,
  options: MigrationOptions,
): Promise<void> {
  const { name, table, triggers, alongside = [] } = definition;
  const started = performance.now();
  const statements = Object.entries(triggers)
    .filter(([trigger]) => !present.includes(trigger))
    .map(([trigger, text]) => `create trigger "${trigger}" ${text}`);
  try {
    const all = await inSchemaOfTables(client, [...statements, ...alongside]);
    const created = await withTableLocked(client, table, 'share row exclusive', all);
    const seconds = (performance.now() - started) / 1000;
    options.onProgress?.(
      created
        ? { kind: 'built', what: 'triggers', name, seconds }
        : { kind: 'postponed', what: 'triggers', name, reason: IN_USE },
    );
  } catch (cause) {
    if (sqlState(cause) === undefined) throw cause;
    throw new MigrationError(`triggers ${name} could not be created: ${failureReason(cause)}`, { cause });
  }
}

/** @returns whether they are gone */
async function drop(client: pg.Client, definition: TriggerDefinition, options: MigrationOptions): Promise<boolean> {
  const { name, table, triggers } = definition;
  const { rows } = await client.query<{ trigger: string }>(
    'select tgname as trigger from pg_trigger where tgrelid = to_regclass($1) and tgname = any($2::text[])',
    [table, Object.keys(triggers)],
  );
  if (rows.length === 0) return true;
  const statements = rows.map(({ trigger }) => `drop trigger "${trigger}" on ${table}`);
  const dropped = await withTableLocked(client, table, 'access exclusive', statements);
  options.onProgress?.(
    dropped
      ? { kind: 'dropped', what: 'triggers', name }
      : { kind: 'postponed', what: 'triggers', name, reason: IN_USE },
  );
  return dropped;
}
