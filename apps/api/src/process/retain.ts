import type { CommandConfig } from '../config/load-config.js';
import { foreseenFailure, openDatabaseBeside, type RetentionProgress, type RetentionRequest } from '../database.js';
import { RETAINED_TABLES } from './retained-tables.js';
import { StartupError } from './startup-error.js';

/** How often to report the progress, in milliseconds. */
const REMIND = 5_000;

/**
 * `main.js retention`: deletes what is past its retention, or counts it, and prints the result to standard output. An
 * interrupted run can simply be started again.
 *
 * @throws StartupError when the database cannot be used
 */
export async function retain(config: CommandConfig, request: RetentionRequest): Promise<void> {
  for (const warning of config.warnings) process.stderr.write(`${warning}\n`);
  const database = await openDatabaseBeside(config.database, say);
  let saidAt = performance.now();
  function onBatch(progress: RetentionProgress): void {
    if (!progress.isLast && performance.now() - saidAt < REMIND) return;
    saidAt = performance.now();
    say(describe(progress, request.dryRun));
  }
  try {
    await database.applyRetention(request, onBatch);
  } catch (error) {
    const reason = foreseenFailure(error);
    throw reason === undefined ? error : new StartupError(`The database cannot be used: ${reason}.`);
  } finally {
    await database.close();
  }
}

function describe({ table, what, looked, gone, isLast }: RetentionProgress, dryRun: boolean): string {
  const done = dryRun ? 'would go' : 'deleted';
  const [name = table] = Object.entries(RETAINED_TABLES).find(([, retained]) => retained === table) ?? [];
  return `${name}: ${gone} of ${looked} ${what} ${done}${isLast ? '' : ' so far'}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
