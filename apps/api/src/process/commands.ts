import type { RetentionRequest } from '../database.js';
import { type ExportedTable, exportedTables } from '../wire/exports.js';
import { RETAINED_TABLES } from './retained-tables.js';

const DIRECTIONS = ['up', 'down', 'status', 'distribute'] as const;

export type MigrateDirection = (typeof DIRECTIONS)[number];

/** What `migrate down` may lose. */
export interface DropConsent {
  readonly dropAllRecords: boolean;
  readonly dropRevisions: boolean;
  readonly dropReceipts: boolean;
}

/** A parsed command line. */
export type Command =
  | { readonly name: 'serve' }
  | ({ readonly name: 'migrate'; readonly direction: MigrateDirection } & DropConsent)
  | { readonly name: 'check-fleet'; readonly repair: boolean }
  | { readonly name: 'doctor'; readonly json: boolean }
  | { readonly name: 'erasures'; readonly action: 'list' }
  | { readonly name: 'erasures'; readonly action: 'replay'; readonly file: string }
  | ({ readonly name: 'retention' } & RetentionRequest)
  | { readonly name: 'export'; readonly table: ExportedTable; readonly file: string }
  /** Invalid arguments, or a request for help: the text to print, and the exit code. */
  | { readonly name: 'explain'; readonly text: string; readonly exitCode: 0 | 2 };

/** The values of each option, in order. */
type ValuesOf = (option: string) => readonly string[];

export interface CommandSyntax {
  /** What follows its name in the usage. */
  readonly args: string;
  readonly meaning: string;
  /** Its flags. */
  readonly flags: readonly string[];
  /** Its options that take a value. */
  readonly options?: readonly string[];
  /** How many words it takes at most. */
  readonly words: number;
  /** Reads its other arguments. Returns a sentence that says what is wrong with them, if anything is. */
  read(words: readonly string[], isSet: (flag: string) => boolean, valuesOf: ValuesOf): Command | string;
}

/** One whole number of days, at least 1; NaN for anything else. */
function daysOf([days = '', ...others]: readonly string[]): number {
  return others.length === 0 && /^[1-9]\d{0,5}$/.test(days) ? Number(days) : Number.NaN;
}

function noDays(option: string): string {
  return `--${option} takes one whole number of days, from 1 to 999999.`;
}

function noSuchTable(name: string): string {
  return `There is no table "${name}".`;
}

export function unexpected(word: string): string {
  return `"${word}" is unexpected.`;
}

/** Every command except serving, by its name on the command line and as an npm script. */
export const COMMANDS: Readonly<Record<string, CommandSyntax>> = {
  migrate: {
    args: '[up | status | down | distribute]',
    meaning: `  up (the default)            bring the schema up to date
  status                      report how far it is; changes nothing
  down [--drop-all-records] [--drop-revisions] [--drop-receipts]
                              take the schema back. What would be lost has to be named: every record, where
                              the service made the tables itself; earlier states of records; the access log
                              and the receipts of erasures
  distribute                  spread the records over the nodes of Citus, by owner; there is no way back. Stop
                              every service before`,
    flags: ['drop-all-records', 'drop-revisions', 'drop-receipts'],
    words: 1,
    read([given = 'up'], isSet) {
      const direction = DIRECTIONS.find((name) => name === given);
      const consent = {
        dropAllRecords: isSet('drop-all-records'),
        dropRevisions: isSet('drop-revisions'),
        dropReceipts: isSet('drop-receipts'),
      };
      if (direction === undefined) return `"${given}" is none of ${DIRECTIONS.join(', ')}.`;
      if (direction !== 'down' && Object.values(consent).includes(true)) return 'Only down drops anything.';
      return { name: 'migrate', direction, ...consent };
    },
  },
  export: {
    args: 'TABLE FILE',
    meaning: `  write a whole table to a file: CSV if its name ends with .csv, otherwise NDJSON. The same command
  continues where an interrupted one ended. TABLE is one of
    ${exportedTables.join('\n    ')}`,
    flags: [],
    words: 2,
    read([name, file = '']) {
      const table = exportedTables.find((each) => each === name);
      if (name === undefined) return 'The table and the file are missing.';
      if (table === undefined) return noSuchTable(name);
      return file === '' ? 'The file is missing.' : { name: 'export', table, file };
    },
  },
  retention: {
    args: '[--older-than DAYS] [--revisions-older-than DAYS] [--table TABLE]... [--dry-run]',
    meaning: `  delete what is past its retention, batch by batch, while the service runs
  --older-than DAYS             records that were last modified earlier, with their revisions; never an
                                installation that its owner runs now
  --revisions-older-than DAYS   states that were overwritten earlier
  --table TABLE                 ${Object.keys(RETAINED_TABLES).join(', ')}; all when absent
  --dry-run                     only count what would be deleted`,
    flags: ['dry-run'],
    options: ['older-than', 'revisions-older-than', 'table'],
    words: 0,
    read(_, isSet, valuesOf) {
      const unknown = valuesOf('table').find((table) => !Object.hasOwn(RETAINED_TABLES, table));
      if (unknown !== undefined) return noSuchTable(unknown);
      const [recordsOlderThan, revisionsOlderThan] = ['older-than', 'revisions-older-than'].map((option) => {
        const values = valuesOf(option);
        return values.length === 0 ? undefined : daysOf(values);
      });
      if (Number.isNaN(recordsOlderThan)) return noDays('older-than');
      if (Number.isNaN(revisionsOlderThan)) return noDays('revisions-older-than');
      if (recordsOlderThan === undefined && revisionsOlderThan === undefined) {
        return 'Give --older-than, --revisions-older-than or both.';
      }
      const wanted = valuesOf('table').flatMap((table) => RETAINED_TABLES[table] ?? []);
      return {
        name: 'retention',
        recordsOlderThan,
        revisionsOlderThan,
        tables: wanted.length > 0 ? wanted : Object.values(RETAINED_TABLES),
        dryRun: isSet('dry-run'),
      };
    },
  },
  erasures: {
    args: 'list | replay FILE',
    meaning: `  list          write the receipts of erasures, and the keys of their digests, to standard output: keep them
                outside the database, as secret as a backup
  replay FILE   repeat the erasures of people whom a restored backup brought back: FILE is list's output,
                lines of the log, or both`,
    flags: [],
    words: 2,
    read([action, file = '']) {
      if (action === 'list') return file === '' ? { name: 'erasures', action } : unexpected(file);
      if (action !== 'replay')
        return action === undefined ? 'Say list or replay.' : `"${action}" is neither list nor replay.`;
      return file === '' ? 'The file is missing.' : { name: 'erasures', action, file };
    },
  },
  doctor: {
    args: '[--json]',
    meaning: `  examine settings, database and key server, and say what to do about each finding; changes nothing.
  Exit code 0: healthy, 1: warnings, 2: failures
  --json   one document, for programs`,
    flags: ['json'],
    words: 0,
    read: (_, isSet) => ({ name: 'doctor', json: isSet('json') }),
  },
  'check-fleet': {
    args: '[--repair]',
    meaning: `  compare what search and reports read with the records; exit code 1 when they differ
  --repair   rebuild it from the records if it differs, while the service runs`,
    flags: ['repair'],
    words: 0,
    read: (_, isSet) => ({ name: 'check-fleet', repair: isSet('repair') }),
  },
};
