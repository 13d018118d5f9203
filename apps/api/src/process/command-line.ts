import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type ExportedTable, exportedTables } from '../wire/exports.js';

const DIRECTIONS = ['up', 'down', 'status'] as const;

export type MigrateDirection = (typeof DIRECTIONS)[number];

/** What `migrate down` may lose. */
export interface DropConsent {
  readonly dropAllRecords: boolean;
  readonly dropReceipts: boolean;
}

/** A parsed command line. */
export type Command =
  | { readonly name: 'serve' }
  | ({ readonly name: 'migrate'; readonly direction: MigrateDirection } & DropConsent)
  | { readonly name: 'check-fleet'; readonly repair: boolean }
  | { readonly name: 'export'; readonly table: ExportedTable; readonly file: string }
  /** Invalid arguments, or a request for help: the text to print, and the exit code. */
  | { readonly name: 'explain'; readonly text: string; readonly exitCode: 0 | 2 };

interface CommandSyntax {
  /** What follows its name in its usage. */
  readonly args: string;
  readonly meaning: string;
  /** Its flags. */
  readonly flags: readonly string[];
  /** Reads its other arguments; undefined where they are wrong. */
  read(words: readonly string[], isSet: (flag: string) => boolean): Command | undefined;
}

/** Every command but serving, by its name: on the command line, and as an npm script. */
const COMMANDS: Readonly<Record<string, CommandSyntax>> = {
  migrate: {
    args: '[up | status | down]',
    meaning: `  up (the default)            bring the schema up to date
  status                      report how far it is; changes nothing
  down [--drop-all-records] [--drop-receipts]
                              take the schema back; where the service made the tables itself, this drops
                              every record, and the first option says that this is wanted; the second one
                              says it of the access log and the receipts of erasures`,
    flags: ['drop-all-records', 'drop-receipts'],
    read([given = 'up', ...rest], isSet) {
      const direction = DIRECTIONS.find((name) => name === given);
      const consent = { dropAllRecords: isSet('drop-all-records'), dropReceipts: isSet('drop-receipts') };
      const isMeaningless = direction !== 'down' && (consent.dropAllRecords || consent.dropReceipts);
      if (direction === undefined || rest.length > 0 || isMeaningless) return undefined;
      return { name: 'migrate', direction, ...consent };
    },
  },
  export: {
    args: 'TABLE FILE',
    meaning: `  write a whole table to a file: CSV where its name ends with .csv, else NDJSON. The same command goes
  on where an earlier one was ended. TABLE is one of
    ${exportedTables.join('\n    ')}`,
    flags: [],
    read([name, file = '', ...rest]) {
      const table = exportedTables.find((each) => each === name);
      return table === undefined || file === '' || rest.length > 0 ? undefined : { name: 'export', table, file };
    },
  },
  'check-fleet': {
    args: '[--repair]',
    meaning: `  compare what search and reports read with the records; exit code 1 when they differ
  --repair   build it from the records again where it differs, while the service goes on`,
    flags: ['repair'],
    read: (words, isSet) => (words.length > 0 ? undefined : { name: 'check-fleet', repair: isSet('repair') }),
  },
};

/**
 * Reads a command line.
 *
 * @param script name of the npm script that passed the arguments on, so that help shows what was typed; undefined without one
 */
export function readCommandLine(args: readonly string[], script: string | undefined): Command {
  const [name = '', ...others] = args;
  const syntax = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const text = usageOf(syntax && name, script);
  try {
    const { values, positionals } = parseArgs({
      args: syntax ? others : [...args],
      allowPositionals: true,
      options: optionsOf(syntax),
    });
    if (values['help'] === true) return { name: 'explain', text, exitCode: 0 };
    const command = syntax ? syntax.read(positionals, (flag) => values[flag] === true) : serveIfAlone(positionals);
    if (command !== undefined) return command;
  } catch {
    // An unknown option.
  }
  return { name: 'explain', text, exitCode: 2 };
}

function serveIfAlone(words: readonly string[]): Command | undefined {
  return words.length > 0 ? undefined : { name: 'serve' };
}

function optionsOf(syntax: CommandSyntax | undefined): ParseArgsOptionsConfig {
  const flags = syntax?.flags.map((flag) => [flag, { type: 'boolean' }] as const) ?? [];
  return { ...Object.fromEntries(flags), help: { type: 'boolean', short: 'h' } };
}

const SERVING = '(serve; it takes no arguments)';

/** The usage of the typed command, as typed; of all commands if it is none of them. */
function usageOf(command: string | undefined, script: string | undefined): string {
  const isNpm = script === 'start' || (script !== undefined && Object.hasOwn(COMMANDS, script));
  if (command !== undefined) return usage(command, isNpm);
  if (isNpm) return `Usage: npm start   ${SERVING}`;
  const all = Object.keys(COMMANDS).map((name) => usage(name, false));
  return [`Usage: main.js   ${SERVING}`, ...all].join('\n\n');
}

function usage(name: string, isNpm: boolean): string {
  const { args, meaning } = COMMANDS[name] ?? { args: '', meaning: '' };
  return `Usage: ${isNpm ? `npm run ${name} --` : `main.js ${name}`} ${args}\n${meaning}`;
}
