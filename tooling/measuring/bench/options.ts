import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { CONTESTANTS, type ContestantName, RIVALS } from '../kit/contestants.ts';
import { KINDS, type KindName, OPERATIONS } from '../kit/kinds.ts';
import { choices, oddNumber, program, wholeNumber, wholeNumbers } from '../kit/options.ts';

/** The parts of `--reads`, then those of `--export`. */
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

export type Part = (typeof PARTS)[number];

/** What is asked instead of how fast it is. */
const OTHER_QUESTIONS = ['reads', 'export', 'rows', 'memory', 'steps', 'replica'];

const kindNames = Object.keys(KINDS) as KindName[];

const command = program(
  'bench',
  'Measures the service, on a PostgreSQL of its own. Prints tables; asserts right answers.',
)
  .optionsGroup('How fast it is (without --reads, --export, --rows, --memory, --steps and --replica):')
  .option('--rounds <n>', 'rounds, an odd number', oddNumber, 5)
  .option('--seconds <n>', 'seconds of each measurement', wholeNumber, 4)
  .option('--warm-up <n>', 'seconds of load before each measurement that do not count', wholeNumber, 1)
  .addOption(
    new Option('--contestants <a,b>', `of ${CONTESTANTS.join(', ')}`)
      .argParser(choices(CONTESTANTS))
      .default(RIVALS as readonly ContestantName[], 'all but all-cores'),
  )
  .option('--operations <a,b>', `of ${OPERATIONS.join(', ')}`, choices(OPERATIONS), OPERATIONS)
  .option('--kinds <a,b>', `of ${kindNames.join(', ')}`, choices(kindNames), ['patient'] as const)
  .option('--no-latency', 'leaves out the percentiles at a fixed rate')
  .option('--no-fresh-tokens', 'leaves out the rounds with a new token on every tenth request, and on each')
  .addOption(
    new Option(
      '--goals',
      'what the goals of speed need, with its own contestants, operations and connections; says whether each is met',
    )
      .default(false)
      .conflicts([...OTHER_QUESTIONS, 'contestants', 'operations', 'kinds', 'connections', 'latency', 'freshTokens']),
  )
  .addOption(
    new Option('--resume', 'continues a run in --folder that was cut off: keeps its figures, measures the rest')
      .default(false)
      .conflicts(OTHER_QUESTIONS),
  )
  .addOption(
    new Option('--write-docs', 'writes docs/benchmark.md and docs/benchmark.svg')
      .default(false)
      .conflicts(OTHER_QUESTIONS),
  )
  .optionsGroup('What reading costs, on a fleet of so many installations (--rows, 100000):')
  .option('--reads', "pages, reports, what they and the triggers cost writes, the build of the fleet's state", false)
  .option('--export', "exports beside psql's \\copy, their memory, erasures", false)
  .option('--parts <a,b>', `of ${PARTS.join(', ')}`, choices(PARTS), PARTS)
  .option('--keep', 'leaves the databases in --folder for the next run', false)
  .optionsGroup('Whether it stays flat as it grows:')
  .option('--rows <a,b,c>', 'times every operation on tables of so many rows', wholeNumbers)
  .option('--rate <n>', 'requests a second for it', wholeNumber, 500)
  .optionsGroup('Whether it leaks:')
  .option('--memory <minutes>', 'full load for so long, with memory, event loop and start time', wholeNumber)
  .optionsGroup('Which part runs short of cores first (for docs/scaling.md):')
  .option('--steps', 'CPU a request: one process, two, two through PgBouncer', false)
  .optionsGroup('What a replica takes off the primary, on a fleet of so many installations (--rows, 100000):')
  .option('--replica', "the primary's CPU a page and a report, with a replica and without", false)
  .optionsGroup('For all of them:')
  .option('--connections <a,b>', 'of the load generator; how fast it is, with each of them', wholeNumbers, [
    32,
  ] satisfies [number])
  .option('--folder <dir>', 'for the database, logs and results', '.data/bench');

export type Options = ReturnType<typeof readOptions>;

export function readOptions() {
  const { kinds, connections, folder, ...values } = command.parse().opts();
  return {
    ...values,
    // Compilers of contestants want it absolute.
    folder: resolve(folder),
    kinds: kinds.map((name) => KINDS[name]),
    /** The first of all. */
    connections: connections[0],
    allConnections: connections,
  };
}
