import type { CommandConfig } from '../../config/load-config.js';
import { foreseenFailure, type OpenDatabase, openDatabaseBeside } from '../../database.js';
import { StartupError } from '../startup-error.js';

/** Runs a command on the erasures of a database whose schema is complete. */
export async function onErasures(
  config: CommandConfig,
  work: (erasures: OpenDatabase['erasures']) => Promise<void>,
): Promise<void> {
  for (const warning of config.warnings) warn(warning);
  const database = await openDatabaseBeside(config.database, warn);
  try {
    const { pending } = await database.schema.status();
    if (pending.length > 0)
      throw new StartupError(`The database's schema is behind (${pending.join(', ')}): run "main.js migrate" first.`);
    await work(database.erasures);
  } catch (error) {
    if (error instanceof Error && error.name === 'MissingKeyError')
      throw new StartupError(`Nothing was done: ${error.message}.`);
    const reason = foreseenFailure(error);
    throw reason === undefined ? error : new StartupError(`The database cannot be used: ${reason}.`);
  } finally {
    await database.close();
  }
}

/** Standard output of `list` has receipts alone. */
function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
