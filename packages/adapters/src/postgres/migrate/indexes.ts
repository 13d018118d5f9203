import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { DatabaseSettings } from '../connections/settings.js';
import { INDEXES, type IndexDefinition } from '../migrations/indexes.js';
import { MigrationError } from './error.js';
import type { MigrationOptions } from './progress.js';
import { whileLocked, withSession } from './session.js';
import { indexStates } from './status.js';

/**
 * Builds every index that is missing, and anew those that an interrupted build has left unusable; valid ones stay. Reads
 * and writes go on meanwhile, this service's and the original's. Safe to call from several processes at once.
 *
 * @throws MigrationError behind a pooler; else what the server refused, or the signal's reason
 */
export async function buildIndexes(settings: DatabaseSettings, options: MigrationOptions = {}): Promise<void> {
  await withSession(settings, options, async (client) => {
    if (!(await hasWork(client))) return;
    await whileLocked(client, 'indexes', options, async () => {
      const states = new Map((await indexStates(client)).map(({ name, state }) => [name, state]));
      for (const index of INDEXES) {
        const state = states.get(index.name);
        if (state === 'valid') continue;
        if (state !== 'missing') {
          options.onProgress?.({ kind: 'index-invalid', name: index.name });
          await client.query(`drop index concurrently if exists ${index.name}`);
        }
        await build(client, settings, index, options);
      }
    });
  });
}

/** Drops every index that `buildIndexes` has built, without a lock that writers would wait for. */
export async function dropIndexes(client: pg.Client, options: MigrationOptions): Promise<void> {
  await whileLocked(client, 'indexes', options, async () => {
    for (const { name, state } of await indexStates(client)) {
      if (state === 'missing') continue;
      await client.query(`drop index concurrently if exists ${name}`);
      options.onProgress?.({ kind: 'index-dropped', name });
    }
  });
}

async function hasWork(client: pg.Client): Promise<boolean> {
  return (await indexStates(client)).some(({ state }) => state !== 'valid');
}

async function build(
  client: pg.Client,
  settings: DatabaseSettings,
  index: IndexDefinition,
  options: MigrationOptions,
): Promise<void> {
  const started = performance.now();
  const ended = new AbortController();
  const watching = watch(settings, index.name, options, ended.signal);
  try {
    await client.query(`create index concurrently ${index.name} on ${index.table} ${index.columns}`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`index ${index.name} could not be built: ${reason}`, { cause });
  } finally {
    ended.abort();
    await watching;
  }
  options.onProgress?.({ kind: 'index-built', name: index.name, seconds: (performance.now() - started) / 1000 });
}

/** Tells how far the build is, once a second, by a connection of its own, for the other one is busy building. */
async function watch(
  settings: DatabaseSettings,
  name: string,
  options: MigrationOptions,
  ended: AbortSignal,
): Promise<void> {
  const { onProgress } = options;
  if (onProgress === undefined) return;
  try {
    await sleep(1_000, undefined, { signal: ended });
    await withSession(settings, { signal: ended }, async (client) => {
      for (;;) {
        const step = await readProgress(client, name);
        if (step !== undefined) onProgress({ kind: 'index-building', name, ...step });
        await sleep(1_000, undefined, { signal: ended });
      }
    });
  } catch {
    // The build has ended, or cannot be watched; neither is the build's concern.
  }
}

async function readProgress(
  client: pg.Client,
  name: string,
): Promise<{ readonly phase: string; readonly done: number; readonly total: number } | undefined> {
  const { rows } = await client.query<{ phase: string; done: string; total: string }>(
    `select phase,
            case when lockers_total > 0 then lockers_done when tuples_total > 0 then tuples_done else blocks_done end as done,
            case when lockers_total > 0 then lockers_total when tuples_total > 0 then tuples_total else blocks_total end as total
       from pg_stat_progress_create_index where index_relid = to_regclass($1)`,
    [name],
  );
  const step = rows[0];
  return step && { phase: step.phase, done: Number(step.done), total: Number(step.total) };
}
