import { parseArgs } from 'node:util';

const DIRECTIONS = ['up', 'down', 'status'] as const;

export type MigrateDirection = (typeof DIRECTIONS)[number];

/** What the command line asks for. */
export type Command =
  | { readonly name: 'serve' }
  | { readonly name: 'migrate'; readonly direction: MigrateDirection; readonly dropAllRecords: boolean }
  | { readonly name: 'check-fleet'; readonly repair: boolean }
  /** Arguments that are wrong, or a call for help: the text to print, and the exit code. */
  | { readonly name: 'explain'; readonly text: string; readonly exitCode: 0 | 2 };

/**
 * Reads a command line.
 *
 * @param script name of the npm script that passed the arguments on, so that help speaks of what was typed; undefined without one
 */
export function readCommandLine(args: readonly string[], script: string | undefined): Command {
  const usage = usageOf(args, script);
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'drop-all-records': { type: 'boolean', default: false },
        repair: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { name: 'explain', text: usage, exitCode: 0 };
    const dropAllRecords = values['drop-all-records'];
    const { repair } = values;
    const [command, ...subjects] = positionals;
    if (command === 'check-fleet' && subjects.length === 0 && !dropAllRecords) return { name: 'check-fleet', repair };
    const [given = 'up', ...rest] = repair ? ['--repair'] : subjects;
    const direction = DIRECTIONS.find((name) => name === given);
    if (command === undefined && !dropAllRecords && !repair) return { name: 'serve' };
    if (
      command === 'migrate' &&
      direction !== undefined &&
      rest.length === 0 &&
      (direction === 'down' || !dropAllRecords)
    )
      return { name: 'migrate', direction, dropAllRecords };
  } catch {
    // An option that there is not.
  }
  return { name: 'explain', text: usage, exitCode: 2 };
}

const SERVE = { npm: 'npm start', main: 'main.js', meaning: 'serve; it takes no arguments' };
const MIGRATE = {
  npm: 'npm run migrate --',
  main: 'main.js migrate',
  meaning: `  up (the default)            bring the schema up to date
  status                      report how far it is; changes nothing
  down [--drop-all-records]   take the schema back; where the service made the tables itself, this drops
                              every record, and the option says that this is wanted`,
};

const CHECK_FLEET = {
  npm: 'npm run check-fleet --',
  main: 'main.js check-fleet',
  meaning: `  compare what search and reports read with the records; exit code 1 when they differ
  --repair   build it from the records again where it differs, while the service goes on`,
};

/** The usage of the command that was typed, as it was typed; of all commands when it is none of them. */
function usageOf([command]: readonly string[], script: string | undefined): string {
  const npm = script === 'start' || script === 'migrate' || script === 'check-fleet';
  const migrate = `Usage: ${npm ? MIGRATE.npm : MIGRATE.main} [up | status | down]\n${MIGRATE.meaning}`;
  const checkFleet = `Usage: ${npm ? CHECK_FLEET.npm : CHECK_FLEET.main} [--repair]\n${CHECK_FLEET.meaning}`;
  if (command === 'migrate') return migrate;
  if (command === 'check-fleet') return checkFleet;
  if (npm) return `Usage: ${SERVE.npm}   (${SERVE.meaning})`;
  return `Usage: ${SERVE.main}   (${SERVE.meaning})\n\n${migrate}\n\n${checkFleet}`;
}
