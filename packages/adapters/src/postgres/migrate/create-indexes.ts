import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { DatabaseSettings } from '../connections/settings.js';
import { failureReason } from '../failure-reason.js';
import { INDEXES, type IndexDefinition } from '../migrations/indexes.js';
import { MigrationError } from './error.js';
import type { MigrationOptions } from './progress.js';
import { isLocked, whileLocked, withSession } from './session.js';
import { IN_USE, withTableLocked } from './table-lock.js';

/** State of an index: usable, being built by some process, left unusable by an interrupted build, or missing. */
export type IndexState = 'valid' | 'building' | 'invalid' | 'missing';

/** Returns the state of each required index. An index of the same name in another schema on the search path does not count. */
export async function indexStates(client: pg.Client): Promise<readonly { name: string; state: IndexState }[]> {
  const { rows } = await client.query<{ name: string; valid: boolean | null }>(
    `select name, indisvalid as valid
       from unnest($1::text[], $2::text[]) with ordinality as wanted(name, owner, place)
       left join (pg_index join pg_class on pg_class.oid = indexrelid)
         on relname = name and indrelid = to_regclass(owner)
      order by place`,
    [INDEXES.map(({ name }) => name), INDEXES.map(({ table }) => table)],
  );
  const busy = rows.some((row) => row.valid === false) && (await isLocked(client, 'indexes'));
  return rows.map(({ name, valid }) => ({
    name,
    state: valid === true ? 'valid' : valid === null ? 'missing' : busy ? 'building' : 'invalid',
  }));
}

/**
 * Builds every missing index, and rebuilds those that an interrupted build has left unusable; valid ones stay. Reads and
 * writes continue meanwhile. Tables that others have locked are skipped.
 *
 * @param beforeEach run before each build
 * @returns the names of the skipped indexes
 * @throws MigrationError if the server refuses
 */
export async function createIndexes(
  client: pg.Client,
  settings: DatabaseSettings,
  options: MigrationOptions,
  beforeEach: () => Promise<unknown>,
): Promise<readonly string[]> {
  const postponed: string[] = [];
  const inUse = new Set<string>();
  if ((await indexStates(client)).every(({ state }) => state === 'valid')) return postponed;
  await whileLocked(client, 'indexes', options, async () => {
    const states = new Map((await indexStates(client)).map(({ name, state }) => [name, state]));
    for (const index of INDEXES) {
      const { name, table } = index;
      const state = states.get(name);
      if (state === 'valid') continue;
      // It would wait once more for the session that holds the table.
      if (inUse.has(table)) {
        postponed.push(name);
        continue;
      }
      await beforeEach();
      // The build itself has no limit: it waits for old transactions, and giving up would waste its work.
      if (!(await withTableLocked(client, table, 'share update exclusive', []))) {
        options.onProgress?.({ kind: 'postponed', what: 'index', name, reason: IN_USE });
        inUse.add(table);
        postponed.push(name);
        continue;
      }
      if (state !== 'missing') {
        options.onProgress?.({ kind: 'index-invalid', name });
        await dropIndex(client, index);
      }
      await build(client, settings, index, options);
    }
  });
  return postponed;
}

/** Drops every index that `createIndexes` has built, without a lock that would block writers. */
export async function dropIndexes(client: pg.Client, options: MigrationOptions): Promise<void> {
  await whileLocked(client, 'indexes', options, async () => {
    const states = new Map((await indexStates(client)).map(({ name, state }) => [name, state]));
    for (const index of INDEXES) {
      if (states.get(index.name) === 'missing') continue;
      await dropIndex(client, index);
      options.onProgress?.({ kind: 'dropped', what: 'index', name: index.name });
    }
  });
}

/** Drops our table's index; another schema may hold one of the same name, even earlier on the search path. */
async function dropIndex(client: pg.Client, { name, table }: IndexDefinition): Promise<void> {
  const { rows } = await client.query<{ index: string }>(
    `select indexrelid::regclass::text as index from pg_index join pg_class on pg_class.oid = indexrelid
      where relname = $1 and indrelid = to_regclass($2)`,
    [name, table],
  );
  for (const { index } of rows) await client.query(`drop index concurrently if exists ${index}`);
}

async function build(
  client: pg.Client,
  settings: DatabaseSettings,
  index: IndexDefinition,
  options: MigrationOptions,
): Promise<void> {
  const started = performance.now();
  const ended = new AbortController();
  const watching = watch(settings, index, options, ended.signal);
  try {
    await client.query(`create index concurrently ${index.name} on ${index.table} ${index.columns}`);
  } catch (cause) {
    throw new MigrationError(`index ${index.name} could not be built: ${failureReason(cause)}`, { cause });
  } finally {
    ended.abort();
    await watching;
  }
  const seconds = (performance.now() - started) / 1000;
  options.onProgress?.({ kind: 'built', what: 'index', name: index.name, seconds });
}

/** Reports the build's progress once a second, over its own connection, because the other one is busy building. */
async function watch(
  settings: DatabaseSettings,
  { name, table }: IndexDefinition,
  options: MigrationOptions,
  ended: AbortSignal,
): Promise<void> {
  const { onProgress } = options;
  if (onProgress === undefined) return;
  try {
    await sleep(1_000, undefined, { signal: ended });
    await withSession(settings, { signal: ended }, async (client) => {
      for (;;) {
        const step = await readProgress(client, table);
        if (step !== undefined) onProgress({ kind: 'index-building', name, ...step });
        await sleep(1_000, undefined, { signal: ended });
      }
    });
  } catch {
    // The build has ended or cannot be watched; neither concerns the build.
  }
}

async function readProgress(
  client: pg.Client,
  table: string,
): Promise<{ readonly phase: string; readonly done: number; readonly total: number } | undefined> {
  const { rows } = await client.query<{ phase: string; done: string; total: string }>(
    `select phase,
            case when lockers_total > 0 then lockers_done when tuples_total > 0 then tuples_done else blocks_done end as done,
            case when lockers_total > 0 then lockers_total when tuples_total > 0 then tuples_total else blocks_total end as total
       from pg_stat_progress_create_index where relid = to_regclass($1)`,
    [table],
  );
  const step = rows[0];
  return step && { phase: step.phase, done: Number(step.done), total: Number(step.total) };
}
