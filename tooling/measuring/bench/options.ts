import { parseArgs } from 'node:util';
import { CONTESTANTS, type ContestantName } from '../kit/contestants.ts';
import { KINDS, type Kind, OPERATIONS, type Operation } from '../kit/kinds.ts';

/** The parts of `--reads` and `--export`. */
export const PARTS = [
  'build',
  'pages',
  'reports',
  'freshness',
  'staff',
  'disturbance',
  'triggers',
  'indexes',
  'rows',
  'erasures',
] as const;

export const USAGE = `npm run bench -- [options]

  How fast it is (without --reads, --export, --rows, --memory and --steps):
  --rounds N             rounds, an odd number (5)
  --seconds N            seconds of each measurement (4)
  --warm-up N            seconds of load before each measurement that do not count (1)
  --contestants A,B      of ${CONTESTANTS.join(', ')} (all)
  --operations A,B       of ${OPERATIONS.join(', ')} (all)
  --kinds A,B            of ${Object.keys(KINDS).join(', ')} (patient)
  --no-latency           leaves out the percentiles at a fixed rate
  --no-fresh-tokens      leaves out the rounds with a new token on every tenth request, and on each
  --write-docs           writes docs/benchmark.md and docs/benchmark.svg

  What reading costs, on a fleet of so many installations (--rows, 100000):
  --reads                pages, reports, what they and the triggers cost writes, the build of the fleet's state
  --export               exports beside psql's \\copy, their memory, erasures
  --parts A,B            of ${PARTS.join(', ')} (all)
  --keep                 leaves the databases in --folder for the next run

  Whether it stays flat as it grows:
  --rows A,B,C           times every operation on tables of so many rows
  --rate N               requests a second for it (500)

  Whether it leaks:
  --memory MINUTES       full load for so long, with memory, event loop and start time

  Which part runs short of cores first:
  --steps                CPU time a request of service, PostgreSQL and PgBouncer, with one process,
                         with two, and with two through PgBouncer (for docs/scaling.md)

  For all of them:
  --connections A,B      connections of the load generator (32); how fast it is, with each of them
  --folder DIR           for the database, logs and results (.data/bench)`;

export interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly contestants: readonly ContestantName[];
  readonly operations: readonly Operation[];
  readonly kinds: readonly Kind[];
  readonly latency: boolean;
  readonly freshTokens: boolean;
  readonly writeDocs: boolean;
  readonly reads: boolean;
  readonly export: boolean;
  readonly parts: readonly string[];
  readonly keep: boolean;
  readonly rows: readonly number[];
  readonly rate: number;
  readonly memoryMinutes: number | undefined;
  readonly steps: boolean;
  /** The first of all. */
  readonly connections: number;
  readonly allConnections: readonly number[];
  readonly folder: string;
}

/** @throws Error that says which option is wrong, and what it should be */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      'warm-up': { type: 'string', default: '1' },
      contestants: { type: 'string', default: CONTESTANTS.join() },
      operations: { type: 'string', default: OPERATIONS.join() },
      kinds: { type: 'string', default: 'patient' },
      'no-latency': { type: 'boolean', default: false },
      'no-fresh-tokens': { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      reads: { type: 'boolean', default: false },
      export: { type: 'boolean', default: false },
      parts: { type: 'string', default: PARTS.join() },
      keep: { type: 'boolean', default: false },
      rows: { type: 'string' },
      rate: { type: 'string', default: '500' },
      memory: { type: 'string' },
      steps: { type: 'boolean', default: false },
      connections: { type: 'string', default: '32' },
      folder: { type: 'string', default: '.data/bench' },
    },
  });
  if (values.help) return 'help';
  const rounds = wholeNumber('rounds', values.rounds);
  if (rounds % 2 === 0) throw new Error('--rounds takes an odd number, so that one round is the middle one');
  const rows = values.rows ?? (values.reads || values.export ? '100000' : undefined);
  const kindNames = choices(
    'kinds',
    values.kinds,
    Object.values(KINDS).map(({ name }) => name),
  );
  const connections = values.connections.split(',').map((number) => wholeNumber('connections', number));
  return {
    rounds,
    seconds: wholeNumber('seconds', values.seconds),
    warmUp: wholeNumber('warm-up', values['warm-up']),
    contestants: choices('contestants', values.contestants, CONTESTANTS),
    operations: choices('operations', values.operations, OPERATIONS),
    kinds: kindNames.map((name) => KINDS[name]),
    latency: !values['no-latency'],
    freshTokens: !values['no-fresh-tokens'],
    writeDocs: values['write-docs'],
    reads: values.reads,
    export: values.export,
    parts: choices('parts', values.parts, PARTS),
    keep: values.keep,
    rows: rows === undefined ? [] : rows.split(',').map((rows) => wholeNumber('rows', rows)),
    rate: wholeNumber('rate', values.rate),
    memoryMinutes: values.memory === undefined ? undefined : wholeNumber('memory', values.memory),
    steps: values.steps,
    connections: connections[0] ?? 32,
    allConnections: connections,
    folder: values.folder,
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes whole numbers from 1, not "${text}"`);
  return value;
}

function choices<Name extends string>(name: string, text: string, known: readonly Name[]): Name[] {
  const wanted = text.split(',');
  const unknown = wanted.filter((word) => !known.some((one) => one === word));
  if (unknown.length > 0) throw new Error(`--${name} takes ${known.join(', ')}, not ${unknown.join(', ')}`);
  return known.filter((one) => wanted.includes(one));
}
