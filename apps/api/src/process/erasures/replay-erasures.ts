import { readFileSync } from 'node:fs';
import type { KeptErasures } from '@polaris-telemetry/domain';
import type { CommandConfig } from '../../config/load-config.js';
import type { ReplayProgress } from '../../database.js';
import { KeptErasuresError, readKeptErasures } from '../../wire/kept-erasures.js';
import { StartupError } from '../startup-error.js';
import { onErasures, say } from './on-erasures.js';

/** How often it is said how many were erased, in milliseconds. */
const REMIND = 1_000;

/**
 * `main.js erasures replay FILE`: repeats the erasures of people whom a restored backup brought back, and prints the result to
 * standard output. An interrupted run can simply be started again.
 *
 * @throws StartupError when the file or the database cannot be used
 */
export async function replayErasures(config: CommandConfig, file: string): Promise<void> {
  const kept = readFile(file);
  let saidAt = Number.NEGATIVE_INFINITY;
  function onProgress(progress: ReplayProgress): void {
    const isLast = progress.kind === 'erased' && progress.done === progress.of;
    if (progress.kind === 'erased' && !isLast && performance.now() - saidAt < REMIND) return;
    saidAt = performance.now();
    say(describe(progress));
  }
  await onErasures(config, async ({ replay }) => {
    const { missing, erased } = await replay(kept, onProgress);
    say(
      `Receipts in the file: ${kept.receipts.length}; not in the database: ${missing}; people erased again: ${erased}.`,
    );
  });
}

/** Everything is read before anything is done. */
function readFile(file: string): KeptErasures {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new StartupError(`${file} cannot be read${code}: nothing was done.`);
  }
  try {
    const kept = readKeptErasures(text);
    if (kept.receipts.length + kept.keys.length > 0) return kept;
  } catch (error) {
    if (error instanceof KeptErasuresError) throw new StartupError(`${file}, ${error.message}. Nothing was done.`);
    throw error;
  }
  throw new StartupError(`${file} holds no receipt and no key: nothing was done.`);
}

function describe(progress: ReplayProgress): string {
  return progress.kind === 'looked'
    ? `${progress.done} of ${progress.of} columns looked through (${progress.column}); people found: ${progress.found}`
    : `people erased again: ${progress.done} of ${progress.of}`;
}
