import type pg from 'pg';
import type { DatabaseSettings } from '../connections/settings.js';
import { createIndexes, dropIndexes } from './create-indexes.js';
import { createTriggers, dropTriggers } from './create-triggers.js';
import { MigrationError } from './error.js';
import type { MigrationOptions } from './progress.js';
import { withSession } from './session.js';
import { buildStates } from './status.js';

/** How often a start tries to create triggers before it serves without them: two or three seconds in all. */
const ROUNDS_AT_START = 3;

/** Most indexes are built in a moment: after so long (milliseconds) triggers that are missing are tried again. */
const BETWEEN_TRIES = 5_000;

/**
 * Builds what is missing and takes long on a large table (indexes) or needs a lock on it (triggers), while the service
 * and the original read and write. Safe to call from several processes at once, and repeatedly.
 *
 * @throws MigrationError behind a pooler, if the server refuses, or if others use a table all the time; what is already
 * built stays
 */
export async function buildWhileServing(settings: DatabaseSettings, options: MigrationOptions = {}): Promise<void> {
  await withSession(settings, options, async (client) => {
    if ((await buildStates(client)).every(({ state }) => state === 'valid' || state === 'disabled')) return;
    // An index may take an hour, and changes would leave no revision until then: triggers first, and again in between.
    let triedAt = Number.NEGATIVE_INFINITY;
    const tryTriggers = async () => {
      if (performance.now() - triedAt < BETWEEN_TRIES) return;
      await createTriggers(client, options, 1);
      triedAt = performance.now();
    };
    const indexes = await createIndexes(client, settings, options, tryTriggers);
    const missing = [...(await createTriggers(client, options, ROUNDS_AT_START)), ...indexes];
    if (missing.length === 0) return;
    throw new MigrationError(`other transactions use the tables: could not build ${missing.join(', ')} yet`, {
      cause: missing,
    });
  });
}

/**
 * Creates the triggers before the service serves, if that takes only moments. If not, `buildWhileServing` does it: no
 * trigger is worth delaying the start.
 */
export async function createTriggersAtStart(client: pg.Client, options: MigrationOptions): Promise<void> {
  try {
    await createTriggers(client, options, ROUNDS_AT_START);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    options.onProgress?.({ kind: 'postponed', what: 'triggers', name: 'of the tables', reason: error.message });
  }
}

/** Drops everything that `buildWhileServing` has built. */
export async function dropBuilds(client: pg.Client, options: MigrationOptions): Promise<void> {
  await dropTriggers(client, options);
  await dropIndexes(client, options);
}
