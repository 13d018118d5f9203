/**
 * `npm run rehearse-take-over -- ROWS`: fills a database of the original with this many rows on its own PostgreSQL, lets the
 * original keep writing, and takes it over; on the way it kills the service and the index build once. Reports how long
 * anyone waited. Fails if a write of the original waited for more than a second, an answer was wrong, or a row is lost.
 */
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Cleanup } from '../kit/cleanup.ts';
import { describeMachine, machineLine } from '../kit/machine.ts';
import { startServer } from '../kit/postgres.ts';
import { runProgram } from '../kit/run-program.ts';
import { newIssuer } from '../kit/tokens.ts';
import { makeOriginal } from './original.ts';
import { startOriginalWriter } from './original-writer.ts';
import { countRows, indexSizes, seededDigest } from './tables.ts';
import { takeOver } from './take-over.ts';
import { startVisitors } from './visitors.ts';
import { watchWaitEvents } from './wait-events.ts';
import { Waits } from './waits.ts';

const USAGE = `npm run rehearse-take-over -- [ROWS] [--folder .data/take-over]

  ROWS: of the original, in all its tables (1,000,000). Ten million want about 8 GB of disk and a quarter of an hour.`;

/** Seconds that the original writes alone before the take-over, and beside the service after it. */
const QUIET_SECONDS = 5;
const LONGEST_WAIT_MS = 1000;

await runProgram('rehearse-take-over', async (cleanup) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: 'string', default: '.data/take-over' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const rows = Number((positionals[0] ?? '1000000').replaceAll(/[_,]/g, ''));
  if (values.help || positionals.length > 1 || !Number.isSafeInteger(rows) || rows < 1000) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  mkdirSync(values.folder, { recursive: true });
  await rehearse(rows, values.folder, cleanup);
});

async function rehearse(rows: number, folder: string, cleanup: Cleanup): Promise<void> {
  const server = await startServer(folder, cleanup);
  console.log(`${machineLine(describeMachine(server.version, 'nothing else'))}\n`);
  const database = await makeOriginal(server, `original_${process.pid}`, rows);
  const pool = server.connect(database);
  const [count, digest] = [await countRows(pool), await seededDigest(pool)];

  const issuer = newIssuer();
  const waits = new Waits();
  const writer = startOriginalWriter(database, waits);
  const events = watchWaitEvents(server.connect(database));
  const visitors = startVisitors(issuer, rows, waits);
  await sleep(QUIET_SECONDS * 1000);
  waits.phase = 'take-over';
  const faults = await takeOver({ server, database, pool, issuer, folder, cleanup, visitors });
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
