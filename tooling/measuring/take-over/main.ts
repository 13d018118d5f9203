/**
 * `npm run rehearse-take-over -- ROWS`: fills a database of the original with this many rows on its own PostgreSQL, lets the
 * original keep writing, and takes it over; on the way it kills the service and the index build once. Reports how long
 * anyone waited. Fails if a write of the original waited for over a second, an answer was wrong, or a row was lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import { describeMachine, machineLine } from '../kit/machine.ts';
import { program, wholeNumber } from '../kit/options.ts';
import { startServer } from '../kit/postgres.ts';
import { type Cleanup, runProgram } from '../kit/run-program.ts';
import { makeOriginal } from './original.ts';
import { startOriginalWriter } from './original-writer.ts';
import { countRows, indexSizes, seededDigest } from './tables.ts';
import { takeOver } from './take-over.ts';
import { startVisitors } from './visitors.ts';
import { watchWaitEvents } from './wait-events.ts';
import { Waits } from './waits.ts';

/** Seconds that the original writes alone before the take-over, and beside the service after it. */
const QUIET_SECONDS = 5;
const LONGEST_WAIT_MS = 1000;

const command = program(
  'rehearse-take-over',
  'Takes a database of the original over, while the original keeps writing.',
)
  .argument(
    '[rows]',
    'of the original, in all its tables; ten million want 8 GB of disk and a quarter of an hour',
    manyRows,
    1_000_000,
  )
  .option('--folder <dir>', 'for the database and logs', '.data/take-over');

function manyRows(text: string): number {
  const rows = wholeNumber(text);
  if (rows < 1000) throw new InvalidArgumentError('It takes 1,000 rows or more.');
  return rows;
}

await runProgram('rehearse-take-over', async (cleanup) => {
  const [rows] = command.parse().processedArgs;
  await rehearse(rows, command.opts().folder, cleanup);
});

async function rehearse(rows: number, folder: string, cleanup: Cleanup): Promise<void> {
  const server = await startServer(folder, cleanup);
  console.log(`${machineLine(describeMachine(server.version, 'nothing else'))}\n`);
  const database = await makeOriginal(server, `original_${process.pid}`, rows);
  const pool = server.connect(database);
  const [count, digest] = [await countRows(pool), await seededDigest(pool)];

  const waits = new Waits();
  const writer = startOriginalWriter(database, waits);
  const events = watchWaitEvents(server.connect(database));
  const visitors = startVisitors(rows, waits);
  await sleep(QUIET_SECONDS * 1000);
  waits.phase = 'take-over';
  const faults = await takeOver({ server, database, pool, visitors });
  waits.phase = 'after';
  await sleep(QUIET_SECONDS * 1000);
  await visitors.stop();
  await writer.stop();
  await events.stop();

  const longest = waits.longest('the original');
  if (longest > LONGEST_WAIT_MS) faults.push(`a write of the original waited for ${Math.round(longest)} ms`);
  faults.push(...visitors.wrong.slice(0, 10));
  const surplus = (await countRows(pool)) - count - writer.inserted - visitors.added;
  if (surplus < 0 || surplus > visitors.perhapsAdded) faults.push(`${surplus} rows more than were stored for certain`);
  if ((await seededDigest(pool)) !== digest) faults.push('rows that no one changed have changed');

  console.log(`\n${waits.report()}\n\n${events.report()}\n\n${await indexSizes(pool)}`);
  for (const fault of faults) console.log(`✗ ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  else console.log('✓ no write of the original waited for more than a second, every answer was right, no row is lost');
}
