import type { CommandConfig } from '../config/load-config.js';
import { type FleetCheck, foreseenFailure, openDatabaseBeside } from '../database.js';
import { StartupError } from './startup-error.js';

/**
 * `main.js check-fleet`: compares the state that search and reports read with the records, repairs it if requested, and
 * prints the result to standard output.
 *
 * @returns the exit code: 0 if the state is exact in the end
 * @throws StartupError if the database is unusable
 */
export async function checkFleet(config: CommandConfig, { repair }: { readonly repair: boolean }): Promise<number> {
  for (const warning of config.warnings) process.stderr.write(`${warning}\n`);
  const database = await openDatabaseBeside(config.database, say);
  try {
    let check = await database.checkFleet();
    describe(check).forEach(say);
    if (repair && !check.isExact) {
      say('Rebuilding it from the records.');
      await database.repairFleet(() => {});
      check = await database.checkFleet();
      describe(check).forEach(say);
    }
    return check.isExact ? 0 : 1;
  } catch (error) {
    const reason = foreseenFailure(error);
    throw reason === undefined ? error : new StartupError(`The database cannot be used: ${reason}.`);
  } finally {
    await database.close();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function describe({ isBuilt, isExact, kinds, wrongSums }: FleetCheck): string[] {
  if (!isBuilt) return ['The state that search and reports read is not built yet, or is being built again: try later.'];
  return [
    ...kinds.map(
      ({ kind, unit, expected, stored, recomputed, differing }) =>
        `${kind}: ${expected} ${unit} by the records, ${stored} stored; ${differing} of ${recomputed} people recomputed differ`,
    ),
    `sums that do not match these: ${wrongSums}`,
    isExact ? 'The state that search and reports read is exact.' : 'The state that search and reports read is wrong.',
  ];
}
